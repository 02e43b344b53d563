"""How calls fail under `faults`: hooks in botocore's sessions, in the search client and in urllib.

A call whose answer is lost was done: its caller must not take the failure for a no.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.error import URLError
from urllib.request import HTTPHandler, Request, build_opener, install_opener

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from botocore.handlers import BUILTIN_HANDLERS
from botocore.httpsession import URLLib3Session

from contracts.transport.faults import Chance, Fault, Journal

INJECTED = "injected by the fault run"
HELD_BACK = "hidoki_held_back"

THROTTLING = {
    "dynamodb": (400, "ProvisionedThroughputExceededException"),
    "s3": (503, "SlowDown"),
}
"""What a service says when it is asked too much; the others say ThrottlingException."""


def install(chance: Chance, journal: Journal) -> None:
    """Let calls fail in all that this process opens from now on."""
    aws = AwsFaults(chance, journal)
    BUILTIN_HANDLERS.extend(aws.hooks())
    install_opener(build_opener(_http_handler(chance, journal)))
    try:
        from opensearchpy import Urllib3HttpConnection
    except ImportError:  # in the package of the search service only
        return
    from contracts.transport.failing_search import failing

    whole = Urllib3HttpConnection.perform_request
    Urllib3HttpConnection.perform_request = failing(whole, chance, journal)  # type: ignore[method-assign]


class AwsFaults:
    """Faults of AWS calls.

    Parameters
    ----------
    chance, journal
        Who decides, and who notes it.
    """

    def __init__(self, chance: Chance, journal: Journal) -> None:
        self._chance, self._journal = chance, journal
        self._http = URLLib3Session()

    def hooks(self) -> list[tuple[str, Any]]:
        """Return the handlers of botocore's events."""
        return [
            ("provide-client-params", self.hold_back),
            ("before-send", self.before_send),
            ("after-call", self.give_back),
        ]

    def before_send(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse | None:
        """Answer an attempt in the place of the service, fail it, or let it go."""
        operation = event_name.removeprefix("before-send.")
        fault = self._chance.attempt()
        self._journal.attempt(operation, fault)
        match fault:
            case Fault.THROTTLED:
                return _throttled(request, operation)
            case Fault.BROKEN:
                return _refusal(request, operation, 500, {"__type": "InternalServerError"})
            case Fault.UNREACHABLE:
                raise EndpointConnectionError(endpoint_url=request.url, error=INJECTED)
            case Fault.LOST:
                self._http.send(request)
                raise ReadTimeoutError(endpoint_url=request.url)
            case Fault.CRASH:
                os._exit(1)
            case _:
                return None

    def hold_back(
        self, params: Mapping[str, Any], event_name: str, context: dict[str, Any], **_: Any
    ) -> Mapping[str, Any] | None:
        """Take some entries out of a batch; `give_back` answers for them."""
        batch = BATCHES.get(event_name.removeprefix("provide-client-params."))
        refused = self._chance.refused(batch.size(params)) if batch else frozenset()
        if not batch or not refused:
            return None
        kept, context[HELD_BACK] = batch.split(params, refused)
        return kept

    def give_back(
        self, http_response: Any, parsed: dict[str, Any], event_name: str, context: dict[str, Any], **_: Any
    ) -> None:
        """Answer that the entries which were held back are not done."""
        held_back = context.pop(HELD_BACK, None)
        if not held_back or http_response.status_code >= 300:
            return
        operation = event_name.removeprefix("after-call.")
        BATCHES[operation].answer(parsed, held_back)
        self._journal.partial(operation)


class _Entries:
    """PutEvents: entries that failed stand in the answer at their places."""

    def size(self, params: Mapping[str, Any]) -> int:
        return len(params["Entries"])

    def split(self, params: Mapping[str, Any], refused: frozenset[int]) -> tuple[Mapping[str, Any], Any]:
        entries = [entry for place, entry in enumerate(params["Entries"]) if place not in refused]
        return {**params, "Entries": entries}, refused

    def answer(self, parsed: dict[str, Any], held_back: frozenset[int]) -> None:
        for place in sorted(held_back):
            failure = {"ErrorCode": "ThrottlingException", "ErrorMessage": INJECTED}
            parsed["Entries"].insert(place, failure)
        parsed["FailedEntryCount"] += len(held_back)


@dataclass(frozen=True)
class _Items:
    """BatchWriteItem and BatchGetItem: what is not done of a table is handed back to be asked again."""

    answered: str
    within: str = ""

    def _parts(self, asked: Any) -> list[Any]:
        return list(asked[self.within] if self.within else asked)

    def _whole(self, asked: Any, parts: list[Any]) -> Any:
        return {**asked, self.within: parts} if self.within else parts

    def size(self, params: Mapping[str, Any]) -> int:
        return len(self._parts(next(iter(params["RequestItems"].values()))))

    def split(self, params: Mapping[str, Any], refused: frozenset[int]) -> tuple[Mapping[str, Any], Any]:
        table, asked = next(iter(params["RequestItems"].items()))
        parts = self._parts(asked)
        kept = [part for place, part in enumerate(parts) if place not in refused]
        held_back = [part for place, part in enumerate(parts) if place in refused]
        requests = {**params["RequestItems"], table: self._whole(asked, kept)}
        return {**params, "RequestItems": requests}, {table: self._whole(asked, held_back)}

    def answer(self, parsed: dict[str, Any], held_back: Mapping[str, Any]) -> None:
        undone = parsed.setdefault(self.answered, {})
        for table, asked in held_back.items():
            parts = self._parts(undone[table]) if table in undone else []
            undone[table] = self._whole(asked, [*parts, *self._parts(asked)])


BATCHES: Mapping[str, _Entries | _Items] = {
    "eventbridge.PutEvents": _Entries(),
    "dynamodb.BatchWriteItem": _Items("UnprocessedItems"),
    "dynamodb.BatchGetItem": _Items("UnprocessedKeys", within="Keys"),
}


def _throttled(request: AWSPreparedRequest, operation: str) -> AWSResponse:
    service = operation.partition(".")[0]
    if operation == "dynamodb.TransactWriteItems":
        others = len(json.loads(request.body)["TransactItems"]) - 1
        reasons = [{"Code": "TransactionConflict", "Message": INJECTED}, *[{"Code": "None"}] * others]
        body = {"__type": "TransactionCanceledException", "CancellationReasons": reasons}
        return _refusal(request, operation, 400, body)
    status, code = THROTTLING.get(service, (400, "ThrottlingException"))
    return _refusal(request, operation, status, {"__type": code})


def _refusal(
    request: AWSPreparedRequest, operation: str, status: int, body: Mapping[str, Any]
) -> AWSResponse:
    code = body["__type"]
    if operation.startswith("s3."):
        text = f"<Error><Code>{code}</Code><Message>{INJECTED}</Message></Error>"
    else:
        text = json.dumps({"message": INJECTED, **body})
    return AWSResponse(request.url, status, {"x-amzn-ErrorType": code}, _Raw(text.encode()))


class _Raw(BytesIO):
    """A body as botocore reads it from urllib3."""

    def stream(self, **_: Any) -> Any:
        while part := self.read():
            yield part


def _http_handler(chance: Chance, journal: Journal) -> HTTPHandler:
    class Failing(HTTPHandler):
        """Plain HTTP, as the push sink is reached in the place of SNS."""

        def http_open(self, req: Request) -> Any:
            fault = chance.attempt()
            journal.attempt("push.send", fault)
            if fault is Fault.CRASH:
                os._exit(1)
            answer = super().http_open(req) if fault in {None, Fault.LOST} else None
            if fault:
                raise URLError(f"{fault}, {INJECTED}")
            return answer

    return Failing()
