"""Finding: pages of what matches a text best, the newest first among equals."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from contracts.http.cursors import Cursors

from chalicelib.model import Hit, Kind, Position

TEXT_LIMIT = 200
"""Characters of what is searched for: longer than a title, shorter than a post."""


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
    finder
        Where to look.
    cursors
        Signs where the next page starts, for this reader and this text only.
    """

    finder: Finder
    cursors: Cursors

    def __call__(self, kind: Kind, text: str, *, reader: str, cursor: str | None, limit: int) -> Found:
        """Return one page of what matches.

        Raises
        ------
        Problem
            400 `bad-cursor` for a cursor of another reader, text or list.
        EngineUnavailable
            If the engine can't be asked now.
        """
        after = self.cursors.decode(_scope(kind, text, reader), cursor)["after"] if cursor else None
        hits = self.finder.find(kind, text, after, limit + 1)
        page = hits[:limit]
        if len(hits) <= limit:
            return Found(page, None)
        next_page = {"after": list(page[-1].position)}
        return Found(page, self.cursors.encode(_scope(kind, text, reader), next_page))


def _scope(kind: Kind, text: str, reader: str) -> str:
    return json.dumps(["search", kind, text, reader])
