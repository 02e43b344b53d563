"""Finding: pages of what matches a text best, the newest first among equals."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from contracts.http.cursors import Cursors

from chalicelib.model import Hit, Kind, Position

TEXT_LIMIT = 200
"""Characters of what is searched for: longer than a title, shorter than a post."""

LOOKS = 5
"""How often a page looks for hits to show; then it is short, but names a `next`."""


class Finder(Protocol):
    """Finds what the index holds."""

    def find(self, kind: Kind, text: str, after: Position | None, size: int) -> Sequence[Hit]:
        """Return up to `size` hits that stand behind `after`, best first.

        Where a hit stands must depend on itself and the text alone: pages stay whole while others are
        indexed.

        Raises
        ------
        EngineUnavailable
            If the engine can't be asked now.
        """


class Wall(Protocol):
    """Knows who must see nothing of whom, and whose posts are not for everyone."""

    def parted(self, person: str) -> frozenset[str]:
        """Return whom a person blocks and who blocks them.

        Raises
        ------
        EngineUnavailable
            If the engine can't be asked now.
        """

    def private(self, people: Collection[str]) -> frozenset[str]:
        """Return those of several people whose accounts are private.

        Raises
        ------
        EngineUnavailable
            If the engine can't be asked now.
        """


@dataclass(frozen=True)
class Found:
    """One page of hits and the cursor of the next."""

    hits: Sequence[Hit]
    next: str | None


@dataclass(frozen=True)
class Search:
    """Searches for signed-in people.

    Parameters
    ----------
    finder, wall
        Where to look, and whom not to show.
    cursors
        Signs where the next page starts, for this reader and this text only.
    """

    finder: Finder
    wall: Wall
    cursors: Cursors

    def __call__(self, kind: Kind, text: str, *, reader: str, cursor: str | None, limit: int) -> Found:
        """Return one page of what matches, without those whom the reader blocks or who block the reader.

        What a private account said in public before is not found by others any more; of a post that quotes
        someone of either kind, only that it does is shown.

        Raises
        ------
        Problem
            400 `bad-cursor` for a cursor of another reader, text or list.
        EngineUnavailable
            If the engine can't be asked now.
        """
        scope = json.dumps(["search", kind, text, reader])
        after: Position | None = self.cursors.decode(scope, cursor)["after"] if cursor else None
        apart = self.wall.parted(reader)
        shown: list[Hit] = []
        for _ in range(LOOKS):
            wanted = limit + 1 - len(shown)
            hits = self.finder.find(kind, text, after, wanted)
            hidden = apart | self._private(kind, hits, reader)
            shown += [_without(hit, hidden) for hit in hits if _whose(kind, hit) not in hidden]
            if len(hits) < wanted:
                after = None
                break
            after = hits[-1].position
            if len(shown) > limit:
                break
        page = shown[:limit]
        rest = page[-1].position if len(shown) > limit else after
        return Found(page, self.cursors.encode(scope, {"after": list(rest)}) if rest is not None else None)

    def _private(self, kind: Kind, hits: Sequence[Hit], reader: str) -> frozenset[str]:
        """Return whose posts, of those that hits show, are for their followers only by now."""
        if kind != "posts":
            return frozenset()
        shown = {_whose(kind, hit) for hit in hits} | {_quoted(hit) for hit in hits if _quoted(hit)}
        others = sorted(shown - {reader})
        return self.wall.private(others) if others else frozenset()


def _whose(kind: Kind, hit: Hit) -> str:
    """Return the person whom a hit shows."""
    return str(hit.content["author"]["id"] if kind == "posts" else hit.content["id"])


def _quoted(hit: Hit) -> str:
    """Return the person whom a post quotes, or nothing."""
    quote: Mapping[str, Any] = hit.content.get("quote") or {}
    return str((quote.get("author") or {}).get("id", ""))


def _without(hit: Hit, hidden: Collection[str]) -> Hit:
    """Return a hit without what it quotes of someone hidden."""
    if _quoted(hit) not in hidden:
        return hit
    quote = {name: hit.content["quote"][name] for name in ("id", "created_at")}
    return replace(hit, content={**hit.content, "quote": quote})
