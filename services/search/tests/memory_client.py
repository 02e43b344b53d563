"""OpenSearch's client in memory: bulk writes by external version, each for itself; indexes by alias."""

from collections.abc import Mapping, Sequence
from typing import Any

from moments import Moments, Refused
from opensearchpy.exceptions import ConnectionError as NoConnection
from opensearchpy.exceptions import RequestError

type Document = Mapping[str, Any]


class MemoryClient:
    """The client; `accepted` is the history of each document's versions."""

    def __init__(self, moments: Moments) -> None:
        self.moments = moments
        self.kept: dict[str, dict[str, tuple[int, Document]]] = {}
        self.accepted: dict[tuple[str, str], list[int]] = {}
        self.indices = self
        self.minds_versions = True

    def bulk(self, *, body: Sequence[Mapping[str, Any]], params: Mapping[str, str]) -> dict[str, Any]:
        assert params == {"require_alias": "true"}
        self._moment()
        pairs = zip(body[::2], body[1::2], strict=True)
        items = [{"index": self._index(action["index"], document)} for action, document in pairs]
        self._moment()
        return {"items": items}

    def create(self, *, index: str, body: Mapping[str, Any], params: Mapping[str, Any]) -> None:
        self._moment()
        [alias] = body["aliases"]
        if alias in self.kept:
            raise RequestError(400, "resource_already_exists_exception", {})
        self.kept[alias] = {}
        self._moment()

    def _index(self, target: Mapping[str, Any], document: Document) -> dict[str, Any]:
        try:
            self.moments()
        except Refused:
            return {"status": 429, "error": {"type": "rejected_execution_exception", "reason": "full"}}
        alias, document_id, version = target["_index"], target["_id"], target["version"]
        if alias not in self.kept:
            return {"status": 404, "error": {"type": "index_not_found_exception"}}
        before, _ = self.kept[alias].get(document_id, (0, None))
        if self.minds_versions and version <= before:
            return {"status": 409, "error": {"type": "version_conflict_engine_exception"}}
        self.kept[alias][document_id] = (version, document)
        self.accepted.setdefault((alias, document_id), []).append(version)
        return {"status": 201}

    def _moment(self) -> None:
        try:
            self.moments()
        except Refused as refused:
            raise NoConnection("N/A", str(refused), refused) from refused
