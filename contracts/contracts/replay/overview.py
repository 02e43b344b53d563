"""What lies in a dead-letter place, from a look at it that leaves all in place."""

from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime

from contracts.replay.discovery import Dlq
from contracts.replay.letters import DeadLetter
from contracts.replay.replayer import Replayer
from contracts.replay.selection import Erased, Group, Selection, groups

SAMPLE = 200
"""Letters that are looked at to tell what lies in a place."""


@dataclass
class Overview:
    """What a look found.

    Parameters
    ----------
    depth
        Letters that lie there, about.
    hidden
        Letters more that somebody has taken and not put back.
    """

    depth: int = 0
    hidden: int = 0
    looked_at: int = 0
    oldest: datetime | None = None
    groups: Counter[Group] = field(default_factory=Counter)

    def see(self, letters: Iterable[DeadLetter]) -> None:
        """Count letters."""
        for letter in letters:
            self.looked_at += 1
            self.groups += groups([letter])
            self.oldest = min(self.oldest or letter.parked, letter.parked)


def look(
    dlqs: Iterable[Dlq],
    selection: Selection = Selection(),  # noqa: B008 - frozen
    erased: Erased = frozenset(),
    most: int | None = SAMPLE,
) -> Overview:
    """Look at the selected letters of some places.

    Parameters
    ----------
    dlqs, selection, erased
        Where to look, and at what.
    most
        Letters of each place at most; None for all.
    """
    found = Overview()
    for dlq in dlqs:
        found.hidden += dlq.place.hidden()
        depth = dlq.place.depth()
        found.depth += depth
        if not depth:
            continue
        enough = None if most is None else found.looked_at + most
        with closing(Replayer(dlq.place, dlq.send, selection, erased).would_send()) as letters:
            for some in letters:
                found.see(some)
                if enough is not None and found.looked_at >= enough:
                    break
    return found
