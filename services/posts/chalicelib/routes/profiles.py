"""Routes of profiles: who people are."""

from datetime import datetime

from contracts.http import problems
from contracts.http.budgets import Action
from contracts.http.identity import Identity
from contracts.http.route_group import RouteGroup
from contracts.http.routes import Answer, Body
from pydantic import Field

from chalicelib import assembly
from chalicelib.people import (
    BIO_LIMIT,
    NAME_LIMIT,
    HandleTaken,
    InvalidProfile,
    Locale,
    NoSuchProfile,
    Profile,
    ProfileRequired,
    Suspended,
)
from chalicelib.relations import Relations
from chalicelib.ties import Standing

group = RouteGroup(
    {
        ProfileRequired: problems.PROFILE_REQUIRED,
        Suspended: problems.SUSPENDED,
        InvalidProfile: problems.INVALID,
        HandleTaken: problems.CONFLICT,
        NoSuchProfile: problems.NOT_FOUND,
    }
)


class ProfileBody(Body):
    """What a person says of themselves."""

    handle: str = Field(min_length=2, max_length=30, description="a-z, 0-9 and _; case does not matter")
    name: str = Field(min_length=1, max_length=2 * NAME_LIMIT)
    bio: str = Field("", max_length=2 * BIO_LIMIT)
    locale: Locale = "ja"
    private: bool = Field(False, description="Whether only those may follow, and see posts, whom you let")


class ProfileView(Answer):
    """A profile; `followed` tells whether the reader follows this person, `requested` whether they ask to.

    Both say nothing of oneself: `followed` is null then.

    Who blocks the reader shows no more of themselves than their names, and that they do.
    """

    id: str
    handle: str
    name: str
    bio: str
    locale: Locale
    created_at: datetime
    private: bool
    followed: bool | None = None
    requested: bool = False
    blocked: bool = False
    blocked_by: bool = False
    muted: bool = False

    @classmethod
    def of(
        cls, profile: Profile, *, standing: Standing | None = None, relations: Relations | None = None
    ) -> "ProfileView":
        """Show a profile."""
        there = relations or Relations(profile.id)
        blocked_by = profile.id in there.blocked_by
        return cls(
            id=profile.id,
            handle=profile.handle,
            name=profile.name,
            bio="" if blocked_by else profile.bio,
            locale=profile.locale,
            created_at=profile.created_at,
            private=profile.private,
            followed=None if standing is None else standing is Standing.THERE,
            requested=standing is Standing.ASKED,
            blocked=profile.id in there.blocked,
            blocked_by=blocked_by,
            muted=profile.id in there.muted,
        )


@group.route("PUT", "/v1/profiles/me", raises=(problems.CONFLICT,), limit=Action.PROFILE)
def put_my_profile(identity: Identity, body: ProfileBody) -> ProfileView:
    """Make or change your own profile; a client's first call."""
    profile = assembly.profiles().put(
        identity.user_id, body.handle, body.name, body.bio, body.locale, private=body.private
    )
    return ProfileView.of(profile)


@group.route("GET", "/v1/profiles/me")
def get_my_profile(identity: Identity) -> ProfileView:
    """Read your own profile."""
    return ProfileView.of(assembly.profiles().own(identity.user_id))


@group.route("GET", "/v1/profiles/{person}", raises=(problems.NOT_FOUND,))
def get_profile(identity: Identity, person: str) -> ProfileView:
    """Read the profile of an id or an `@handle`."""
    assembly.profiles().require(identity.user_id)
    profile = assembly.profiles().of(person)
    if profile.id == identity.user_id:
        return ProfileView.of(profile)
    standing = assembly.graph().standing(identity.user_id, profile.id)
    relations = assembly.graph().relations.of(identity.user_id)
    return ProfileView.of(profile, standing=standing, relations=relations)
