"""Erasure: the files and items of a person who deleted their account go."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracts.transport.erasing import PAGE, Leaver, Step

from chalicelib.model import Media


class Items(Protocol):
    """Where media items are kept."""

    def bid_farewell(self, user: str, at: datetime) -> None:
        """Remember that a person deleted their account."""

    def of_owner(self, owner: str, after: str | None, limit: int) -> tuple[list[str], str | None]:
        """Return ids of what a person uploaded, and where the next ones start."""

    def find(self, media_id: str) -> Media | None:
        """Return an item as it is now, or None."""

    def delete(self, media: Media, at: datetime) -> bool:
        """Put a tombstone in an item's place; False if it is not as it was."""


class Files(Protocol):
    """The media bucket."""

    def delete(self, key: str) -> None:
        """Delete an object, if it is there."""


@dataclass(frozen=True)
class Erasure:
    """Erases what a person uploaded; each step does one page, and may be done again."""

    items: Items
    files: Files
    now: Callable[[], datetime]

    def steps(self) -> dict[str, Step]:
        """Return all there is to do, in order: once the farewell is noted, nothing new comes."""
        return {"farewell": self._farewell, "items": self._items}

    def _farewell(self, leaver: Leaver, _after: str | None) -> None:
        self.items.bid_farewell(leaver.id, self.now())

    def _items(self, leaver: Leaver, after: str | None) -> str | None:
        ids, following = self.items.of_owner(leaver.id, after, PAGE)
        for one in ids:
            self._erase(one)
        return following

    def _erase(self, media_id: str) -> None:
        """Erase an item and its files.

        Only the item says where its files are, so they go before it: whoever dies half-way comes again.
        They go once more after it, since a rendition may be written until the item can't take a verdict any
        more; one that is written later is removed by the intake, which finds no item.
        """
        while media := self.items.find(media_id):
            self._remove_files(media)
            if self.items.delete(media, self.now()):
                self._remove_files(media)

    def _remove_files(self, media: Media) -> None:
        self.files.delete(media.display_key)
        self.files.delete(media.upload_key)
