"""Faults: seeded, as many as asked for, true to what services do, and for the local cloud only."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session
from contracts.transport.failing import AwsFaults
from contracts.transport.faults import (
    VARIABLE,
    Chance,
    Fault,
    Journal,
    NotLocal,
    Plan,
    around,
    forgetful,
)
from fault_fakes import Scripted


@dataclass
class Service:
    """Stands in for AWS: keeps each request that reaches it, and answers what it is told."""

    url: str = ""
    answer: dict[str, Any] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
def service() -> Iterator[Service]:
    told = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            answer = json.dumps(told.answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield told
    server.shutdown()
    server.server_close()


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path, "service-index")


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for file in sorted(folder.iterdir()) for line in file.read_text().splitlines()]


def client(name: str, service: Service, chance: Chance, journal: Journal, attempts: int = 1) -> Any:
    from botocore.config import Config

    session = Session()
    session.set_credentials("key", "secret")
    for event, hook in AwsFaults(chance, journal).hooks():
        session.register(event, hook)
    config = Config(retries={"total_max_attempts": attempts})
    return session.create_client(name, region_name="ap-northeast-1", endpoint_url=service.url, config=config)


def put(dynamodb: Any) -> Any:
    return dynamodb.put_item(TableName="posts", Item={"pk": {"S": "a"}})


def environment(rate: float = 0.25, endpoint: str = "http://127.0.0.1:4566") -> dict[str, str]:
    plan = json.dumps({"seed": 7, "rate": rate, "folder": "/somewhere"})
    return {VARIABLE: plan, "AWS_ENDPOINT_URL": endpoint}


@pytest.mark.parametrize("endpoint", ["", "https://dynamodb.ap-northeast-1.amazonaws.com", "http://10.0.0.7"])
def test_faults_are_refused_anywhere_but_on_a_loopback_address(endpoint: str) -> None:
    with pytest.raises(NotLocal, match="local cloud only"):
        Plan.of(environment(endpoint=endpoint))


def test_without_a_plan_the_handler_is_the_app_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)

    assert around("index", {"index": len}.__getitem__) is len


def test_a_rate_out_of_bounds_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and"):
        Plan.of(environment(rate=0.9))


def test_the_same_seed_makes_the_same_faults_and_another_seed_others() -> None:
    def run(seed: str) -> list[object]:
        chance = Chance(seed, 0.3)
        return [(chance.attempt(), chance.refused(10)) for _ in range(200)]

    assert run("7/index.1") == run("7/index.1")
    assert run("7/index.1") != run("7/index.2")


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.25, 0.5])
def test_as_many_attempts_fail_as_were_asked_for(rate: float) -> None:
    chance = Chance("7", rate)
    attempts = [chance.attempt() for _ in range(20_000)]

    assert sum(fault is not None for fault in attempts) / len(attempts) == pytest.approx(rate, abs=0.02)


def test_a_batch_is_refused_in_part_and_never_whole() -> None:
    chance = Chance("7", 0.3)
    refused = [chance.refused(4) for _ in range(2_000)]

    assert {len(some) for some in refused} == {0, 1, 2, 3}
    assert sum(map(bool, refused)) / len(refused) == pytest.approx(0.3, abs=0.05)
    assert not any(chance.refused(1) for _ in range(100))


def test_a_call_whose_answer_is_lost_was_done(service: Service, journal: Journal) -> None:
    with pytest.raises(BotoCoreError, match="Read timeout"):
        put(client("dynamodb", service, Scripted([Fault.LOST]), journal))

    assert [request["TableName"] for request in service.requests] == ["posts"]


@pytest.mark.parametrize("fault", [Fault.THROTTLED, Fault.BROKEN, Fault.UNREACHABLE])
def test_a_call_that_fails_otherwise_never_reached_the_service(
    service: Service, journal: Journal, fault: Fault
) -> None:
    with pytest.raises((BotoCoreError, ClientError)):
        put(client("dynamodb", service, Scripted([fault]), journal))

    assert service.requests == []


@pytest.mark.parametrize(
    ("fault", "code"),
    [(Fault.THROTTLED, "ProvisionedThroughputExceededException"), (Fault.BROKEN, "InternalServerError")],
)
def test_a_refusal_reads_as_the_service_s_own(
    service: Service, journal: Journal, fault: Fault, code: str
) -> None:
    with pytest.raises(ClientError) as refused:
        put(client("dynamodb", service, Scripted([fault]), journal))

    assert refused.value.response["Error"]["Code"] == code


def test_a_throttled_transaction_reads_as_one_that_met_another(service: Service, journal: Journal) -> None:
    dynamodb = client("dynamodb", service, Scripted([Fault.THROTTLED]), journal)
    writes = [{"Put": {"TableName": "posts", "Item": {"pk": {"S": key}}}} for key in "ab"]

    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as refused:
        dynamodb.transact_write_items(TransactItems=writes)

    codes = [reason["Code"] for reason in refused.value.response["CancellationReasons"]]
    assert codes == ["TransactionConflict", "None"]


def test_the_client_s_own_retry_is_an_attempt_of_its_own(
    service: Service, journal: Journal, tmp_path: Path
) -> None:
    put(client("dynamodb", service, Scripted([Fault.LOST, Fault.BROKEN]), journal, attempts=3))

    assert len(service.requests) == 2
    assert [line["fault"] for line in lines(tmp_path)] == ["answer lost", "server error", None]
    assert {line["attempt"] for line in lines(tmp_path)} == {"dynamodb.PutItem"}


def test_entries_that_the_bus_refuses_are_not_sent_and_stand_at_their_places_in_the_answer(
    service: Service, journal: Journal, tmp_path: Path
) -> None:
    service.answer = {"FailedEntryCount": 0, "Entries": [{"EventId": "b"}]}
    events = client("events", service, Scripted(parts=[{0, 2}]), journal)
    entries = [{"Source": "s", "DetailType": "t", "Detail": json.dumps(key)} for key in "abc"]

    answer = events.put_events(Entries=entries)

    assert [entry["Detail"] for entry in service.requests[0]["Entries"]] == ['"b"']
    assert [entry.get("EventId") for entry in answer["Entries"]] == [None, "b", None]
    assert answer["FailedEntryCount"] == 2
    assert len(entries) == 3
    assert lines(tmp_path)[-1] == {"partial": "eventbridge.PutEvents"}


def test_writes_that_are_left_undone_are_handed_back(service: Service, journal: Journal) -> None:
    service.answer = {"UnprocessedItems": {}}
    dynamodb = client("dynamodb", service, Scripted(parts=[{1}]), journal)
    writes = [{"PutRequest": {"Item": {"pk": {"S": key}}}} for key in "abc"]

    answer = dynamodb.batch_write_item(RequestItems={"posts": writes})

    assert service.requests[0]["RequestItems"]["posts"] == [writes[0], writes[2]]
    assert answer["UnprocessedItems"] == {"posts": [writes[1]]}


def test_reads_that_are_left_undone_are_handed_back_as_they_were_asked(
    service: Service, journal: Journal
) -> None:
    service.answer = {"Responses": {"posts": []}, "UnprocessedKeys": {}}
    dynamodb = client("dynamodb", service, Scripted(parts=[{0}]), journal)
    keys = [{"pk": {"S": key}} for key in "ab"]

    answer = dynamodb.batch_get_item(RequestItems={"posts": {"Keys": keys, "ConsistentRead": True}})

    assert service.requests[0]["RequestItems"]["posts"]["Keys"] == [keys[1]]
    assert answer["UnprocessedKeys"] == {"posts": {"Keys": [keys[0]], "ConsistentRead": True}}


def test_a_batch_that_fails_whole_has_no_part_in_its_answer(service: Service, journal: Journal) -> None:
    events = client("events", service, Scripted([Fault.BROKEN], parts=[{0}]), journal)

    with pytest.raises(ClientError):
        events.put_events(Entries=[{"Source": "s", "DetailType": "t", "Detail": "1"}] * 2)


def test_every_process_of_a_function_keeps_a_journal_of_its_own(tmp_path: Path) -> None:
    processes = [Journal(tmp_path, "search-index").process for _ in range(3)]

    assert processes == ["search-index.1", "search-index.2", "search-index.3"]


def test_a_forgetful_consumer_never_sees_every_third_event_and_says_so(
    journal: Journal, tmp_path: Path
) -> None:
    handled: list[str] = []

    def handler(event: Any, _context: Any) -> None:
        handled.extend(record["body"] for record in event["Records"])

    handle = forgetful(handler, 3, journal)
    handle({"Records": [{"body": "1"}, {"body": "2"}]}, None)
    handle({"Records": [{"body": "3"}, {"body": "4"}]}, None)

    assert handled == ["1", "2", "4"]
    assert lines(tmp_path) == [{"forgotten": "3"}]


def test_a_process_counts_on_from_where_it_is_told(journal: Journal, tmp_path: Path) -> None:
    handle = forgetful(lambda _event, _context: None, 3, journal, seen_before=2)

    handle({"Records": [{"body": "1"}, {"body": "2"}]}, None)

    assert lines(tmp_path) == [{"forgotten": "1"}]
