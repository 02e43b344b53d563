"""People: chat's own copy of the names in posts' profiles, for who exists and who said it."""

from dataclasses import dataclass
from typing import Protocol

from contracts.events.envelope import Event
from contracts.events.posts import AccountSuspendedV1, ProfileData

from chalicelib.model import Person


class PersonStore(Protocol):
    """Keeps the newest that was heard of each person."""

    def learn(self, person: Person, sequence: int) -> None:
        """Keep a person, unless something as new or newer was heard of them."""


@dataclass(frozen=True)
class People:
    """Keeps the read model of people, whatever the order in which it hears of them."""

    store: PersonStore

    def learn(self, event: Event[ProfileData]) -> None:
        """Hear of a person who joined or changed their profile, was suspended or reinstated."""
        profile, suspended = event.data, isinstance(event.data, AccountSuspendedV1)
        self.store.learn(Person(profile.user_id, profile.handle, profile.name, suspended), event.sequence)
