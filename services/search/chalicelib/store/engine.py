"""The index on the engine: writes by version, and finds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from chalicelib.model import Entry, Hit, Kind, Position
from chalicelib.store import queries, schema
from chalicelib.store.client import answering, connect
from chalicelib.store.forms import highlighted

CREATE_SECONDS = 5
"""To create an index takes a domain longer than to answer."""


@dataclass(frozen=True)
class Engine:
    """Posts, people and blocks on OpenSearch, an index and an alias each.

    Parameters
    ----------
    endpoint
        Where the engine is.
    prefix
        Put before every name, so that several may share an engine.
    """

    endpoint: str
    prefix: str = field(default="", kw_only=True)

    @classmethod
    def on_aws(cls) -> Self:
        """Return the engine of a deployed service."""
        import os

        return cls(os.environ["SEARCH_ENDPOINT"])

    @cached_property
    def client(self) -> Any:
        """The client of the engine, made when first needed."""
        return connect(self.endpoint)

    def alias(self, kind: Kind) -> str:
        """Return the name under which an index is used."""
        return self.prefix + kind

    def name(self, kind: Kind) -> str:
        """Return the name of the index behind the alias."""
        return f"{self.alias(kind)}-v{schema.VERSION}"

    def write(self, entries: Sequence[Entry]) -> Sequence[str | None]:
        """Write entries in one request; where an index is missing, create it and write all again."""
        if not entries:
            return []
        with answering():
            answers = self._bulk(entries)
            missing = {
                entry.kind for entry, answer in zip(entries, answers, strict=True) if _no_index(answer)
            }
            if missing:
                for kind in missing:
                    self._create(kind)
                answers = self._bulk(entries)
        return [_refusal(answer) for answer in answers]

    def find(self, kind: Kind, text: str, after: Position | None, size: int) -> Sequence[Hit]:
        """Return up to `size` hits behind `after`; none if nothing was ever indexed."""
        with answering():
            answer = self.client.search(
                index=self.alias(kind),
                body=queries.body(kind, text, after, size),
                params={"ignore_unavailable": "true"},
            )
        return [_hit(kind, found) for found in answer["hits"]["hits"]]

    def parted(self, person: str) -> frozenset[str]:
        """Return whom a person blocks and who blocks them."""
        with answering():
            answer = self.client.search(
                index=self.alias("blocks"),
                body=queries.blocks(person),
                params={"ignore_unavailable": "true"},
            )
        found = (one for hit in answer["hits"]["hits"] for one in hit["_source"]["people"])
        return frozenset(found) - {person}

    def private(self, people: Collection[str]) -> frozenset[str]:
        """Return those of several people whose accounts are private."""
        with answering():
            answer = self.client.search(
                index=self.alias("people"),
                body=queries.privacies(people),
                params={"ignore_unavailable": "true"},
            )
        found = (hit["_source"].get("shown", {}) for hit in answer["hits"]["hits"])
        return frozenset(str(shown["id"]) for shown in found if shown.get("private"))

    def _bulk(self, entries: Sequence[Entry]) -> list[dict[str, Any]]:
        lines: list[Mapping[str, Any]] = []
        for entry in entries:
            lines += [{"index": self._target(entry)}, schema.document(entry)]
        # An index that the engine made by itself would have none of our analysis.
        answer = self.client.bulk(body=lines, params={"require_alias": "true"})
        return [item["index"] for item in answer["items"]]

    def _target(self, entry: Entry) -> dict[str, Any]:
        return {
            "_index": self.alias(entry.kind),
            "_id": entry.id,
            "version": entry.version,
            "version_type": "external",
        }

    def _create(self, kind: Kind) -> None:
        from opensearchpy.exceptions import RequestError

        try:
            self.client.indices.create(
                index=self.name(kind),
                body=schema.definition(kind, self.alias(kind)),
                params={"request_timeout": CREATE_SECONDS},
            )
        except RequestError as refused:
            if refused.error != "resource_already_exists_exception":  # another function was first
                raise


def _no_index(answer: Mapping[str, Any]) -> bool:
    return bool(answer["status"] == 404)


def _refusal(answer: Mapping[str, Any]) -> str | None:
    """Return why an entry was refused; a version that is not newer has nothing to tell."""
    if answer["status"] < 300 or answer["status"] == 409:
        return None
    error = answer.get("error", {})
    cause = error.get("caused_by", {}).get("reason")
    reasons = " / ".join(str(reason) for reason in (error.get("reason"), cause) if reason)
    return f"{answer['status']} {error.get('type')}: {reasons}"


def _hit(kind: Kind, found: Mapping[str, Any]) -> Hit:
    shown, marked = found["_source"]["shown"], found.get("highlight", {})
    field = next((field for field in queries.HIGHLIGHTED[kind] if field in marked), None)
    if field is None:
        return Hit(shown, highlighted(shown["text" if kind == "posts" else "name"], None), found["sort"])
    written = shown[field.partition(".")[0]]
    return Hit(shown, highlighted(written, marked[field][0]), found["sort"])
