"""Routes of drafts: keeping posts for later, and publishing them."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from contracts.http import problems
from contracts.http.budgets import Action
from contracts.http.idempotency import Idempotency
from contracts.http.identity import Identity
from contracts.http.reading import Moment, example
from contracts.http.route_group import RouteGroup
from contracts.http.routes import Answer, Body, Page, Versioned
from contracts.http.versions import IfMatch
from pydantic import Field

from chalicelib import assembly
from chalicelib.assembly import drafting
from chalicelib.drafts import (
    CONTENT_BYTES,
    Draft,
    DraftDeleted,
    DraftSlice,
    InvalidDraft,
    NoSuchDraft,
    TooManyDrafts,
)
from chalicelib.views import PostView

group = RouteGroup(
    {
        InvalidDraft: problems.INVALID,
        NoSuchDraft: problems.NOT_FOUND,
        DraftDeleted: problems.CONFLICT,
        TooManyDrafts: problems.CONFLICT,
    }
)

_POST = f"What POST /v1/posts is to get one day, finished or not; at most {CONTENT_BYTES} bytes"


class DraftBody(Body):
    """A draft to keep."""

    model_config = example(post={"text": "あした行く店"}, publish_at=None)

    post: dict[str, Any] = Field(description=_POST)
    publish_at: Moment | None = Field(
        None, description="When it becomes a post by itself: 1 minute to 1 year ahead, in whole seconds"
    )


class RefusalView(Answer):
    """Why a draft did not become a post when its time came."""

    reason: str
    detail: str


class DraftView(Versioned):
    """A draft; only its author sees it. One that could not be published in time has a `problem`."""

    id: str
    post: dict[str, Any] = Field(description="As it was sent")
    created_at: datetime
    changed_at: datetime
    publish_at: datetime | None
    problem: RefusalView | None

    @classmethod
    def of(cls, draft: Draft) -> "DraftView":
        """Show a draft."""
        return cls(
            id=draft.ulid,
            version=draft.sequence,
            post=dict(draft.content),
            created_at=draft.created_at,
            changed_at=draft.changed_at,
            publish_at=draft.publish_at,
            problem=RefusalView(**asdict(draft.refusal)) if draft.refusal else None,
        )


class DraftList(Answer):
    """One page of drafts, newest first; `next` leads to the next one, null at the end."""

    items: tuple[DraftView, ...]
    next: str | None

    @classmethod
    def of(cls, found: DraftSlice) -> "DraftList":
        """Show a page."""
        return cls(items=tuple(map(DraftView.of, found.drafts)), next=found.next)


@group.route("POST", "/v1/drafts", status=201, raises=(problems.KEY_REUSED, problems.CONFLICT))
def create_draft(identity: Identity, body: DraftBody, key: Idempotency) -> DraftView:
    """Keep a draft; what it holds is judged when it is published, by you or at `publish_at`."""
    assembly.profiles().require(identity.user_id)
    return DraftView.of(drafting.drafts().add(identity.user_id, body.post, key, body.publish_at))


@group.route("GET", "/v1/drafts", raises=(problems.BAD_CURSOR,))
def list_drafts(identity: Identity, page: Page) -> DraftList:
    """List your drafts, newest first."""
    assembly.profiles().require(identity.user_id)
    return DraftList.of(drafting.drafts().page(identity.user_id, page.cursor, page.limit))


@group.route("GET", "/v1/drafts/{draft}", raises=(problems.NOT_FOUND,))
def get_draft(identity: Identity, draft: str) -> DraftView:
    """Read a draft of yours."""
    assembly.profiles().require(identity.user_id)
    return DraftView.of(drafting.drafts().of(identity.user_id, draft))


@group.route("PUT", "/v1/drafts/{draft}", raises=(problems.NOT_FOUND,))
def put_draft(identity: Identity, draft: str, body: DraftBody, seen: IfMatch) -> DraftView:
    """Change a draft that is still as you saw it; without `publish_at` it is scheduled no longer."""
    assembly.profiles().require(identity.user_id)
    drafts = drafting.drafts()
    return DraftView.of(drafts.put(identity.user_id, draft, body.post, seen, body.publish_at))


@group.route("DELETE", "/v1/drafts/{draft}", raises=(problems.NOT_FOUND,))
def delete_draft(identity: Identity, draft: str) -> None:
    """Delete a draft of yours."""
    assembly.profiles().require(identity.user_id)
    drafting.drafts().delete(identity.user_id, draft)


@group.route(
    "POST",
    "/v1/drafts/{draft}/publish",
    status=201,
    raises=(problems.FORBIDDEN, problems.NOT_FOUND, problems.KEY_REUSED, problems.CONFLICT),
    limit=Action.POST,
)
def publish_draft(identity: Identity, draft: str, key: Idempotency) -> PostView:  # noqa: ARG001
    """Make a post of a draft.

    The draft is gone then. It becomes one post, under whatever Idempotency-Key it is asked to.
    """
    author = assembly.profiles().signing(identity.user_id)
    return PostView.of(drafting.drafts().publish(author, draft))
