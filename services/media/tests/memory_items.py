"""Media items in memory, as far as somebody's leaving goes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.model import Media
from tests.fakes import MemoryShelf


@dataclass
class MemoryItems:
    """The items of a shelf by owner; `deleted` are the sequences of tombstones."""

    shelf: MemoryShelf
    deleted: dict[str, int] = field(default_factory=dict)
    before_delete: Callable[[], object] | None = None

    def bid_farewell(self, user: str, at: datetime) -> None:
        self.shelf.leavers.add(user)

    def of_owner(self, owner: str, after: str | None, limit: int) -> tuple[list[str], str | None]:
        mine = sorted(media.id for media in self.shelf.items.values() if media.owner == owner)
        found = [one for one in mine if after is None or one > after][:limit]
        return found, found[-1] if len(found) == limit else None

    def find(self, media_id: str) -> Media | None:
        return self.shelf.find(media_id)

    def delete(self, media: Media, at: datetime) -> bool:
        if self.before_delete:
            meanwhile, self.before_delete = self.before_delete, None
            meanwhile()
        self.shelf.steps.before_step()
        if self.shelf.items[media.id].sequence != media.sequence:
            return False
        del self.shelf.items[media.id]
        self.deleted[media.id] = media.sequence + 1
        self.shelf.steps.after_step()
        return True
