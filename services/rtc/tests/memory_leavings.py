"""Sockets in memory, as far as somebody's leaving goes."""

from dataclasses import dataclass, field
from datetime import datetime

from tests.fakes import FakeSockets


@dataclass
class MemoryLeavings(FakeSockets):
    """Sockets in memory, and who has left."""

    leavers: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        FakeSockets.__init__(self)

    def left(self, user_id: str) -> bool:
        return user_id in self.leavers

    def bid_farewell(self, user_id: str, at: datetime) -> None:
        self.leavers.add(user_id)

    def forget_channels(self, user_id: str) -> None:
        self.members.pop(user_id, None)
        self.marks = {(channel, user) for channel, user in self.marks if user != user_id}
