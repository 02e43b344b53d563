"""Profiles: who a person is, under a handle that is theirs alone."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.people import (
    AccountDeleted,
    Extras,
    InvalidProfile,
    Left,
    Locale,
    NoSuchProfile,
    Person,
    Profile,
    ProfileRequired,
    Suspended,
    checked_bio,
    checked_links,
    checked_name,
    checked_pronouns,
    folded,
)

NAME_FRESHNESS = timedelta(seconds=30)
"""How long a process may go by a name, or a privacy, that a person changed elsewhere."""

STANDING_FRESHNESS = timedelta(minutes=5)
"""How long a process may let a person read who was suspended meanwhile, or deleted their account."""


NO_EXTRAS = Extras()

MAKE_A_PROFILE = "Send PUT /v1/profiles/me with a handle and a name first."


class ProfileStore(Protocol):
    """Keeps profiles, and each handle for one person."""

    def find(self, user: str) -> Profile | None:
        """Return a profile as just written; a profile made a moment ago must not seem absent."""

    def fresh(self, user: str) -> Profile | Left | None:
        """Return a profile, or what is left of it, with every finished write in it."""

    def holder(self, handle: str) -> str | None:
        """Return who holds a folded handle."""

    def save(self, profile: Profile, before: Profile | None) -> bool:
        """Keep a profile and its handle, both or neither; the handle it had `before` is kept for them.

        Returns
        -------
        bool
            False if the profile is no longer as it was `before`.

        Raises
        ------
        HandleTaken
            If someone else holds the handle.
        """

    def leave(self, profile: Profile) -> bool:
        """Put a tombstone in a profile's place, and reserve its handle for nobody, both or neither.

        Returns
        -------
        bool
            False if the profile moved meanwhile.
        """


@dataclass(frozen=True)
class Profiles:
    """Finds and changes profiles.

    Parameters
    ----------
    store
        Where they are kept.
    now
        Tells the time, in UTC.
    """

    store: ProfileStore
    now: Callable[[], datetime]
    _seen: dict[str, tuple[datetime, Profile]] = field(default_factory=dict, repr=False)
    _joined: dict[str, datetime] = field(default_factory=dict, repr=False)

    def put(
        self,
        user: str,
        handle: str,
        name: str,
        bio: str,
        locale: Locale,
        extras: Extras = NO_EXTRAS,
        *,
        private: bool = False,
    ) -> Profile:
        """Make or change a person's own profile; putting the same one again changes nothing.

        Raises
        ------
        InvalidProfile, HandleTaken, AccountDeleted, Suspended
        """
        handle, name, bio = folded(handle), checked_name(name), checked_bio(bio)
        links, pronouns = checked_links(extras.links), checked_pronouns(extras.pronouns)
        extras = replace(extras, links=links, pronouns=pronouns)
        while True:
            before = self.store.fresh(user)
            if isinstance(before, Left):
                raise AccountDeleted
            if before and before.suspended_by:
                raise self._suspended(user)
            if before is None:
                wanted = Profile(user, handle, name, self.now(), bio, locale, private=private, extras=extras)
            else:
                wanted = replace(
                    before,
                    handle=handle,
                    name=name,
                    bio=bio,
                    locale=locale,
                    private=private,
                    extras=extras,
                )
                if wanted == before:
                    return before
                wanted = replace(wanted, sequence=before.sequence + 1)
            if self.store.save(wanted, before):
                self._seen[user], self._joined[user] = (self.now(), wanted), wanted.created_at
                return wanted

    def leave(self, user: str, handle: str) -> None:
        """Delete a person's own account; what they did goes after it.

        Parameters
        ----------
        user
            Who leaves.
        handle
            Their own handle, to confirm it.

        Raises
        ------
        ProfileRequired, AccountDeleted
            If they have no profile, or none any more.
        InvalidProfile
            If the handle is not theirs.
        """
        while True:
            profile = self.store.fresh(user)
            if profile is None:
                raise ProfileRequired(MAKE_A_PROFILE)
            if isinstance(profile, Left):
                raise AccountDeleted
            if folded(handle) != profile.handle:
                raise InvalidProfile(f"To delete your account, confirm with your handle: {profile.handle}.")
            if self.store.leave(profile):
                self._seen.pop(user, None)
                return

    def own(self, user: str) -> Profile:
        """Return the profile of whoever asks.

        Raises
        ------
        ProfileRequired
            If they have none yet.
        Suspended
        """
        profile = self.store.find(user)
        if profile is None:
            raise ProfileRequired(MAKE_A_PROFILE)
        if profile.suspended_by:
            raise self._suspended(user)
        self._seen[user], self._joined[user] = (self.now(), profile), profile.created_at
        return profile

    def joined(self, user: str) -> datetime | None:
        """Return when a person made their profile, None if they have none; a process asks once."""
        if user not in self._joined:
            with suppress(ProfileRequired):
                self.own(user)
        return self._joined.get(user)

    def signing(self, user: str) -> Person:
        """Return whoever asks as others are shown them, at most `NAME_FRESHNESS` old.

        Raises
        ------
        ProfileRequired
            If they have no profile yet.
        """
        seen = self._passed(user, NAME_FRESHNESS)
        return seen.person if seen else self.own(user).person

    def closed(self, user: str) -> bool:
        """Tell whether an account was private half a minute ago, or since; who is gone shows nothing more."""
        seen = self._seen.get(user)
        if seen and self.now() - seen[0] <= NAME_FRESHNESS:
            return seen[1].private
        profile = self.store.find(user)
        if profile is None:
            return True
        self._seen[user] = self.now(), profile
        return profile.private

    def require(self, user: str) -> None:
        """Let only people with a profile pass; whoever passed is remembered for `STANDING_FRESHNESS`."""
        if not self._passed(user, STANDING_FRESHNESS):
            self.own(user)

    def _passed(self, user: str, freshness: timedelta) -> Profile | None:
        """Return a profile that this process saw lately, unless its person is suspended."""
        seen = self._seen.get(user)
        fresh = seen and self.now() - seen[0] <= freshness and not seen[1].suspended_by
        return seen[1] if seen and fresh else None

    def _suspended(self, user: str) -> Suspended:
        self._seen.pop(user, None)
        return Suspended("A moderator has suspended your account. You can appeal once: POST /v1/appeals.")

    def of(self, name: str) -> Profile:
        """Return the profile of an id or an `@handle`.

        Raises
        ------
        NoSuchProfile
            If nobody has it.
        """
        user = self.store.holder(name[1:].lower()) if name.startswith("@") else name
        profile = self.store.find(user) if user else None
        if profile is None:
            raise NoSuchProfile("Nobody here has this id or handle.")
        self._seen[profile.id] = self.now(), profile
        return profile
