"""Blocks, mutes and muted words in memory."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.blocking import BlockedPeople
from chalicelib.muting import Mute, MutedPeople, MutedWord
from chalicelib.people import Person
from chalicelib.relations import Relations


@dataclass
class MemoryRelations:
    """What stands between people; `reads` counts how often that was asked."""

    now: Callable[[], datetime]
    left: Mapping[tuple[str, str], int] = field(default_factory=dict)
    blocked: dict[tuple[str, str], Person] = field(default_factory=dict)
    muted: dict[tuple[str, str], Mute] = field(default_factory=dict)
    words: dict[tuple[str, str], MutedWord] = field(default_factory=dict)
    reads: int = 0
    moment: Callable[[], None] = lambda: None

    def of(self, reader: str) -> Relations:
        self.moment()
        self.reads += 1
        muted = (mute for (muter, _), mute in self.muted.items() if muter == reader)
        words = (word for (muter, _), word in self.words.items() if muter == reader)
        return Relations(
            reader,
            blocked=frozenset(blocked for blocker, blocked in self.blocked if blocker == reader),
            blocked_by=frozenset(blocker for blocker, blocked in self.blocked if blocked == reader),
            muted={mute.person.id: mute.until for mute in muted if self._lasts(mute)},
            words={word.word: word.until for word in words if self._lasts(word)},
            left=frozenset(followee for follower, followee in self.left if follower == reader),
        )

    def parted(self, one: str, other: str) -> bool:
        self.moment()
        return (one, other) in self.blocked or (other, one) in self.blocked

    def block(self, blocker: str, blocked: Person) -> None:
        self.moment()
        self.blocked.setdefault((blocker, blocked.id), blocked)

    def unblock(self, blocker: str, blocked: str) -> None:
        self.moment()
        self.blocked.pop((blocker, blocked), None)

    def blocks(self, blocker: str, after: str | None, limit: int) -> BlockedPeople:
        found = [person for (one, _), person in sorted(self.blocked.items()) if one == blocker]
        page = [person for person in found if after is None or person.id > after][:limit]
        return BlockedPeople(page, page[-1].id if len(page) == limit else None)

    def mute(self, muter: str, mute: Mute) -> None:
        self.moment()
        self.muted[muter, mute.person.id] = mute

    def unmute(self, muter: str, muted: str) -> None:
        self.moment()
        self.muted.pop((muter, muted), None)

    def mutes(self, muter: str, after: str | None, limit: int) -> MutedPeople:
        found = [mute for (one, _), mute in sorted(self.muted.items()) if one == muter]
        page = [mute for mute in found if after is None or mute.person.id > after][:limit]
        following = page[-1].person.id if len(page) == limit else None
        return MutedPeople([mute for mute in page if self._lasts(mute)], following)

    def mute_word(self, muter: str, word: MutedWord) -> None:
        self.words[muter, word.id] = word

    def unmute_word(self, muter: str, word_id: str) -> None:
        self.words.pop((muter, word_id), None)

    def _lasts(self, mute: Mute | MutedWord) -> bool:
        return mute.until is None or mute.until > self.now()
