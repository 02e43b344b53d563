"""Erasure: what a person who deleted their account said in channels goes; the others keep what they said."""

from dataclasses import dataclass
from typing import Protocol

from contracts.transport.erasing import PAGE, Leaver, Step


@dataclass(frozen=True)
class Seat:
    """A person's place in a channel; `position` is where it stands in the list of all their places."""

    position: str
    channel_id: str


class Leavings(Protocol):
    """What is kept of people."""

    def forget(self, leaver: Leaver) -> None:
        """Put a tombstone in a person's place."""

    def seat(self, user_id: str, after: str | None) -> Seat | None:
        """Return the first of a person's places that follows a position, left or not."""

    def silence(self, seat: Seat, user_id: str, after: str | None, limit: int) -> str | None:
        """Look at some messages of a channel and put tombstones in the place of this person's.

        Returns
        -------
        str | None
            Where the next messages start, None at the end.
        """

    def vacate(self, seat: Seat, user_id: str) -> None:
        """Let a person be in a channel no more."""

    def clear_keys(self, user_id: str, after: str | None, limit: int) -> str | None:
        """Remove some of a person's Idempotency-Keys; return where the next ones start."""


@dataclass(frozen=True)
class Erasure:
    """Erases what is kept of a person; each step does one page, and may be done again."""

    leavings: Leavings

    def steps(self) -> dict[str, Step]:
        """Return all there is to do, in order: once the person is forgotten, they can say nothing."""
        return {
            "person": self._person,
            "channels": self._channels,
            "keys": lambda leaver, after: self.leavings.clear_keys(leaver.id, after, PAGE),
        }

    def _person(self, leaver: Leaver, _after: str | None) -> None:
        self.leavings.forget(leaver)

    def _channels(self, leaver: Leaver, after: str | None) -> str | None:
        """Do a page of one channel; the position says which place is done, and how far the next one is."""
        done, _, said = (after or "").partition("\n")
        seat = self.leavings.seat(leaver.id, done or None)
        if seat is None:
            return None
        if following := self.leavings.silence(seat, leaver.id, said or None, PAGE):
            return f"{done}\n{following}"
        self.leavings.vacate(seat, leaver.id)
        return seat.position
