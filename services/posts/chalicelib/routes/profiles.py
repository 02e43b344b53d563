"""Routes of profiles: who people are."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from contracts.http import problems
from contracts.http.budgets import Action
from contracts.http.identity import Identity
from contracts.http.reading import example
from contracts.http.route_group import RouteGroup
from contracts.http.routes import Answer, Body
from pydantic import Field, StringConstraints

from chalicelib import assembly
from chalicelib.people import (
    BIO_LIMIT,
    LINK_LENGTH,
    LINK_LIMIT,
    NAME_LIMIT,
    PRONOUNS_LIMIT,
    AccountDeleted,
    Extras,
    HandleTaken,
    InvalidProfile,
    Locale,
    NoSuchProfile,
    Picture,
    Profile,
    ProfileRequired,
    Suspended,
)
from chalicelib.portraits import PictureNotReady
from chalicelib.relations import Relations
from chalicelib.ties import Standing

group = RouteGroup(
    {
        ProfileRequired: problems.PROFILE_REQUIRED,
        Suspended: problems.SUSPENDED,
        AccountDeleted: problems.ACCOUNT_DELETED,
        InvalidProfile: problems.INVALID,
        HandleTaken: problems.CONFLICT,
        NoSuchProfile: problems.NOT_FOUND,
        PictureNotReady: problems.CONFLICT,
    }
)


MediaId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern="^[A-Za-z0-9_-]+$")]
Link = Annotated[str, StringConstraints(min_length=1, max_length=LINK_LENGTH)]


class ProfileBody(Body):
    """What a person says of themselves."""

    model_config = example(handle="aiko", name="愛子", links=["https://example.com/aiko"])

    handle: str = Field(min_length=2, max_length=30, description="a-z, 0-9 and _; case does not matter")
    name: str = Field(min_length=1, max_length=2 * NAME_LIMIT)
    bio: str = Field("", max_length=2 * BIO_LIMIT)
    locale: Locale = "ja"
    private: bool = Field(False, description="Whether only those may follow, and see posts, whom you let")
    links: tuple[Link, ...] = Field((), max_length=LINK_LIMIT, description="https addresses")
    pronouns: str = Field("", max_length=2 * PRONOUNS_LIMIT)
    avatar: MediaId | None = Field(None, description="An upload of yours that is ready")
    header: MediaId | None = Field(None, description="An upload of yours that is ready")


class PictureView(Answer):
    """A picture of a profile; `url` starts at the page's origin."""

    id: str
    url: str
    width: int
    height: int
    alt: str

    @classmethod
    def of(cls, picture: Picture) -> "PictureView":
        """Show a picture."""
        return cls(**asdict(picture))


class FarewellBody(Body):
    """What confirms that an account is to be deleted."""

    model_config = example(handle="aiko")

    handle: str = Field(min_length=2, max_length=30, description="Your own handle, to confirm")


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
    links: tuple[str, ...] = ()
    pronouns: str = ""
    avatar: PictureView | None = None
    header: PictureView | None = None
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
        extras = Extras() if blocked_by else profile.extras
        return cls(
            id=profile.id,
            handle=profile.handle,
            name=profile.name,
            bio="" if blocked_by else profile.bio,
            locale=profile.locale,
            created_at=profile.created_at,
            links=extras.links,
            pronouns=extras.pronouns,
            avatar=PictureView.of(extras.avatar) if extras.avatar else None,
            header=PictureView.of(extras.header) if extras.header else None,
            private=profile.private,
            followed=None if standing is None else standing is Standing.THERE,
            requested=standing is Standing.ASKED,
            blocked=profile.id in there.blocked,
            blocked_by=blocked_by,
            muted=profile.id in there.muted,
        )


@group.route(
    "PUT",
    "/v1/profiles/me",
    raises=(problems.CONFLICT, problems.ACCOUNT_DELETED),
    limit=Action.PROFILE,
)
def put_my_profile(identity: Identity, body: ProfileBody) -> ProfileView:
    """Make or change your own profile; a client's first call."""
    me = identity.user_id
    avatar, header = assembly.portraits().of(me, (body.avatar, body.header))
    extras = Extras(body.links, body.pronouns, avatar, header)
    profile = assembly.profiles().put(
        me, body.handle, body.name, body.bio, body.locale, extras, private=body.private
    )
    return ProfileView.of(profile)


@group.route("GET", "/v1/profiles/me")
def get_my_profile(identity: Identity) -> ProfileView:
    """Read your own profile."""
    return ProfileView.of(assembly.profiles().own(identity.user_id))


@group.route("DELETE", "/v1/profiles/me", raises=(problems.ACCOUNT_DELETED,))
def delete_my_account(identity: Identity, body: FarewellBody) -> None:
    """Delete your account, for good: what you did here goes within a day, and you can't sign in any more.

    Your handle is nobody's after you. What others wrote about you stays theirs.
    """
    assembly.profiles().leave(identity.user_id, body.handle)


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
