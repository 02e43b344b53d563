"""The checker: compares what a read model shows with what the writes call for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from e2e.chaos.history import History, Outcome, Post
from e2e.chaos.truth import Fact, Truth

type Key = tuple[str, ...]
"""What an entry is called within its read model."""

type Found = dict[Key, list[str]]
"""What a read model shows under each key; more than one value: the entry is there more than once."""


class Wrong(StrEnum):
    """What may be wrong with an entry."""

    LOST = "lost"
    DOUBLED = "applied twice"
    STALE = "stale"
    UNCALLED = "uncalled for"  # gone, or never written, and shown all the same


@dataclass(frozen=True)
class Finding:
    """One entry that is wrong, and the events that should have made it right."""

    wrong: Wrong
    model: str
    key: Key
    told: str = ""
    facts: tuple[Fact, ...] = ()

    def __str__(self) -> str:
        about = "; ".join(map(str, self.facts)) or self.told
        return f"{self.model}: {self.wrong}: {' '.join(self.key)}: {about}"


@dataclass(frozen=True)
class Wanted:
    """An entry that must be there.

    Parameters
    ----------
    value
        What it must say; None if that is not checked.
    facts
        The events that bring it.
    times
        How often it must be there.
    """

    value: str | None
    facts: tuple[Fact, ...]
    times: int = 1


@dataclass
class ReadModel:
    """What a read model must show, and what it does.

    Parameters
    ----------
    name
        For people.
    wanted, found
        By key.
    either
        Keys that may be there or not.
    repeats
        Whether an entry may come more than once without harm: its receiver knows it by its key.
    """

    name: str
    found: Found
    wanted: dict[Key, Wanted] = field(default_factory=dict)
    either: set[Key] = field(default_factory=set)
    repeats: bool = False

    def findings(self) -> Iterator[Finding]:
        """Compare."""
        for key, wanted in self.wanted.items():
            yield from self._compared(key, wanted, self.found.get(key, []))
        for key, values in self.found.items():
            if key not in self.wanted and key not in self.either:
                yield Finding(Wrong.UNCALLED, self.name, key, f"shows {values[0]!r}")

    def _compared(self, key: Key, wanted: Wanted, values: list[str]) -> Iterator[Finding]:
        if len(values) < wanted.times:
            yield Finding(Wrong.LOST, self.name, key, facts=wanted.facts)
        if len(values) > wanted.times and not self.repeats:
            told = f"{len(values)} times, not {wanted.times}"
            yield Finding(Wrong.DOUBLED, self.name, key, told, wanted.facts)
        if wanted.value is not None and (old := [value for value in values if value != wanted.value]):
            told = f"{old[0]!r}, not {wanted.value!r}"
            yield Finding(Wrong.STALE, self.name, key, told, wanted.facts)


def of_bus(truth: Truth, seen: Mapping[str, int]) -> Iterator[Finding]:
    """Find the writes whose events were never published."""
    for identity, fact in truth.facts.items():
        if identity not in seen:
            yield Finding(Wrong.LOST, "bus", (fact.subject,), facts=(fact,))


def of_history(history: History, truth: Truth) -> Iterator[Finding]:
    """Find what was accepted and is not so, and what is so and was never asked for."""
    yield from _posts(history, truth)
    for (follower, followee), edge in history.edges.items():
        there, _ = truth.following.get((follower, followee), (False, 0))
        if there not in edge.last():
            yield Finding(Wrong.LOST, "follows", (follower, followee), f"the edge is {there}")
    for message in history.messages.values():
        is_there = truth.messages.get(message.id)
        if is_there is None and message.outcome is Outcome.DONE:
            yield Finding(Wrong.LOST, "messages", (message.id,), "accepted, and not there")
        if is_there and is_there != (message.channel, message.author, message.text):
            yield Finding(Wrong.STALE, "messages", (message.id,), f"says {is_there}")
    for identity in truth.messages.keys() - history.messages.keys():
        yield Finding(Wrong.UNCALLED, "messages", (identity,), "nobody sent it")
    for member in history.members.values():
        if truth.names.get(member.id) not in member.names:
            yield Finding(Wrong.LOST, "names", (member.id,), f"is {truth.names.get(member.id)!r}")
    for channel in set(history.channels.values()) - truth.channels.keys():
        yield Finding(Wrong.LOST, "channels", (channel,), "accepted, and not there")


def _posts(history: History, truth: Truth) -> Iterator[Finding]:
    for post in history.posts.values():
        there = post.id in truth.posts
        if not there and post.outcome is Outcome.DONE:
            yield Finding(Wrong.LOST, "posts", (post.id,), "accepted, and not there")
        if there and post.outcome is Outcome.REFUSED:
            yield Finding(Wrong.UNCALLED, "posts", (post.id,), "refused, and there")
        if there:
            yield from _post(post, truth.posts[post.id])
    for identity in truth.posts.keys() - history.posts.keys():
        yield Finding(Wrong.UNCALLED, "posts", (identity,), "nobody made it")


def _post(post: Post, text: str | None) -> Iterator[Finding]:
    if text is None and post.deletion in {None, Outcome.REFUSED}:
        yield Finding(Wrong.LOST, "posts", (post.id,), "deleted, and nobody asked for it")
    if text is not None and post.deletion is Outcome.DONE:
        yield Finding(Wrong.LOST, "posts", (post.id,), "its deletion was accepted")
    if text is not None and text != post.text:
        yield Finding(Wrong.STALE, "posts", (post.id,), f"says {text!r}")
