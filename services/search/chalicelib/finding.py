"""Finding: pages of what matches a text best, the newest first among equals."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

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
    """Knows who must see nothing of whom."""

    def parted(self, person: str) -> frozenset[str]:
        """Return whom a person blocks and who blocks them.

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
            shown += [hit for hit in hits if _whose(kind, hit) not in apart]
            if len(hits) < wanted:
                after = None
                break
            after = hits[-1].position
            if len(shown) > limit:
                break
        page = shown[:limit]
        rest = page[-1].position if len(shown) > limit else after
        return Found(page, self.cursors.encode(scope, {"after": list(rest)}) if rest is not None else None)


def _whose(kind: Kind, hit: Hit) -> str:
    """Return the person whom a hit shows."""
    return str(hit.content["author"]["id"] if kind == "posts" else hit.content["id"])
