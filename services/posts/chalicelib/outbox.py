"""What a changed item says to the world: an item of each table as an event."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

from contracts.events import posts as events
from contracts.events.acts import (
    DraftScheduledV1,
    DraftUnscheduledV1,
    ReactionChangedV1,
    ReactionRemovedV1,
    VoteCastV1,
)
from contracts.events.envelope import EventData
from contracts.events.graph import (
    BlockCreatedV1,
    BlockRemovedV1,
    FollowCreatedV1,
    FollowData,
    FollowRemovedV1,
    FollowRequestedV1,
    MuteCreatedV1,
    MuteRemovedV1,
)
from contracts.events.posts import (
    AccountDeletedV1,
    AccountReinstatedV1,
    AccountSuspendedV1,
    MediaRef,
    PersonRef,
    PollRef,
    PostDeletedV1,
    PostPublishedV2,
    PostSnapshot,
    ProfileCreatedV1,
    ProfileData,
    ProfileUpdatedV1,
    TimelineDeliveredV1,
)
from contracts.events.reports import (
    ReportAppealedV1,
    ReportCreatedV1,
    ReportDecidedV1,
    ReportResolvedV1,
)
from contracts.transport.items import Item
from contracts.transport.relay import Outgoing

from chalicelib.model import Embedded, Media, Poll, Post, PostId
from chalicelib.people import Person
from chalicelib.store.acts import acted_on
from chalicelib.store.drafts import time_of
from chalicelib.store.forms import read_post
from chalicelib.store.relations import until_of
from chalicelib.store.reports import REPORT, to_report
from chalicelib.store.timelines import recipients
from chalicelib.terms import Audience, Circle, Consent
from chalicelib.text import tagged

_FOLLOWS: dict[str, type[FollowData]] = {
    one.TYPE: one for one in (FollowRequestedV1, FollowCreatedV1, FollowRemovedV1)
}


class NotAnEvent(Exception):
    """An item names an event that its table does not make."""


def post_event(item: Item) -> Outgoing:
    """Return the event of an item of `posts`: of a post, a draft, or of what someone did to a post."""
    if item["sk"].startswith("A#"):
        return _act_event(item)
    if item["sk"].startswith("D#"):
        return _draft_event(item)
    if item["sk"] == REPORT:
        return _report_event(item)
    post = PostId(item["pk"], item["sk"].removeprefix("P#"))
    data: EventData
    match item["_event"]:
        case PostPublishedV2.TYPE | "post.published.v1":  # as items say that were written before
            published = read_post(post, item)
            parent = published.in_reply_to
            data = PostPublishedV2(
                post=snapshot(published),
                audience=_audience(published),
                in_reply_to_author=parent.author if parent else None,
            )
        case PostDeletedV1.TYPE:
            data = PostDeletedV1(post_id=str(post), author=post.author)
        case other:
            raise NotAnEvent(other)
    return Outgoing(f"post/{post}", data)


def _draft_event(item: Item) -> Outgoing:
    author, draft = item["pk"], item["sk"].removeprefix("D#")
    replaces, at = item.get("replaces"), time_of(item)
    data: EventData
    match item["_event"]:
        case DraftScheduledV1.TYPE if at:
            data = DraftScheduledV1(author=author, draft_id=draft, publish_at=at, replaces=replaces)
        case DraftUnscheduledV1.TYPE if replaces:
            data = DraftUnscheduledV1(author=author, draft_id=draft, replaces=replaces)
        case other:
            raise NotAnEvent(other)
    return Outgoing(f"draft/{author}/{draft}", data)


def _act_event(item: Item) -> Outgoing:
    user, post = item["pk"], acted_on(item["sk"])
    data: EventData
    match item["_event"]:
        case ReactionChangedV1.TYPE:
            person = PersonRef(id=user, handle=item["handle"], name=item["name"])
            data = ReactionChangedV1(
                person=person, post_id=str(post), author=post.author, emoji=item["emoji"]
            )
        case ReactionRemovedV1.TYPE:
            data = ReactionRemovedV1(user_id=user, post_id=str(post), author=post.author)
        case VoteCastV1.TYPE:
            data = VoteCastV1(
                user_id=user, post_id=str(post), author=post.author, options=tuple(item["options"])
            )
            return Outgoing(f"vote/{user}/{post}", data)
        case other:
            raise NotAnEvent(other)
    return Outgoing(f"reaction/{user}/{post}", data)


def _report_event(item: Item) -> Outgoing:
    report = to_report(item)
    about = {"report_id": report.id, "subject": str(report.subject), "person": report.subject.person}
    taken, decision = report.resolution, report.decision
    data: EventData
    match item["_event"]:
        case ReportCreatedV1.TYPE:
            data = ReportCreatedV1(**about, reporter=report.reporter, reason=report.reason)
        case ReportResolvedV1.TYPE if taken:
            data = ReportResolvedV1(
                **about, reporter=report.reporter, measure=taken.measure, labels=taken.labels
            )
        case ReportAppealedV1.TYPE:
            data = ReportAppealedV1(**about)
        case ReportDecidedV1.TYPE if decision:
            data = ReportDecidedV1(**about, outcome=decision.outcome)
        case other:
            raise NotAnEvent(other)
    return Outgoing(f"report/{report.id}", data)


_PROFILES: Mapping[str, type[ProfileData]] = {
    model.TYPE: model
    for model in (ProfileCreatedV1, ProfileUpdatedV1, AccountSuspendedV1, AccountReinstatedV1)
}


def profile_event(item: Item) -> Outgoing:
    """Return the event of an item of `profiles`: of a person, a follow edge, a block or a mute."""
    user = item["pk"].removeprefix("U#")
    match item["_event"]:
        case told if told in _PROFILES:
            return Outgoing(f"profile/{user}", _PROFILES[told](user_id=user, **_said(item)))
        case AccountDeletedV1.TYPE:
            return Outgoing(f"profile/{user}", AccountDeletedV1(user_id=user))
        case FollowRequestedV1.TYPE | FollowCreatedV1.TYPE | FollowRemovedV1.TYPE as told:
            followee = item["sk"].removeprefix("F#")
            follower = PersonRef(id=user, handle=item["handle"], name=item["name"])
            kind = _FOLLOWS[told]
            return Outgoing(f"follow/{user}/{followee}", kind(follower=follower, followee=followee))
        case _:
            return _relation_event(user, item)


def _relation_event(user: str, item: Item) -> Outgoing:
    """Return the event of a block or a mute, or of its tombstone."""
    other = item["sk"][2:]
    match item["_event"]:
        case BlockCreatedV1.TYPE | BlockRemovedV1.TYPE as told:
            block = BlockCreatedV1 if told == BlockCreatedV1.TYPE else BlockRemovedV1
            return Outgoing(f"block/{user}/{other}", block(blocker=user, blocked=other))
        case MuteCreatedV1.TYPE:
            muted = MuteCreatedV1(muter=user, muted=other, until=until_of(item))
            return Outgoing(f"mute/{user}/{other}", muted)
        case MuteRemovedV1.TYPE:
            return Outgoing(f"mute/{user}/{other}", MuteRemovedV1(muter=user, muted=other))
        case unknown:
            raise NotAnEvent(unknown)


def timeline_event(item: Item) -> Outgoing:
    """Return the event of an item of `timelines`: the record of one served chunk."""
    post = PostId.parse(item["pk"].removeprefix("chunk#"))
    data = TimelineDeliveredV1(
        post_id=str(post),
        author=post.author,
        recipients=recipients(item),
        post=None if "deleted" in item else snapshot(read_post(post, item)),
    )
    return Outgoing(f"chunk/{post}/{item['sk'].replace('#', '/')}", data)


def snapshot(post: Post) -> PostSnapshot:
    """Return a post as events show it."""
    return PostSnapshot(
        id=str(post.id),
        author=_ref(post.author),
        text=post.text,
        media=_media(post.media),
        mentions=tuple(_ref(person) for person in post.mentions),
        in_reply_to=str(post.in_reply_to) if post.in_reply_to else None,
        labels=post.labels or None,
        created_at=post.id.created_at,
        warning=post.terms.warning or None,
        language=post.terms.language,
        tags=tuple(tagged(post.text)) or None,
        audience=None if post.terms.audience is Audience.PUBLIC else _audience(post),
        replies=_replies(post),
        poll=_poll(post.poll) if post.poll else None,
        edited_at=post.edited_at,
        root=str(post.root) if post.root else None,
        quotes=_quotes(post),
        quote=_embedded(post.quote),
        repost_of=_embedded(post.repost),
    )


def _poll(poll: Poll) -> PollRef:
    return PollRef(options=poll.options, multiple=poll.multiple, ends_at=poll.ends_at)


def _audience(post: Post) -> events.Audience:
    return post.terms.audience.value


def _replies(post: Post) -> events.Answering | None:
    circle = post.terms.replies
    return None if circle is Circle.EVERYONE else cast(events.Answering, circle.value)


def _quotes(post: Post) -> events.Quoting | None:
    consent = post.terms.quotes
    return None if consent is Consent.EVERYONE else cast(events.Quoting, consent.value)


def _embedded(other: Embedded | None) -> events.EmbeddedPost | None:
    if other is None:
        return None
    return events.EmbeddedPost(
        id=str(other.id),
        author=_ref(other.author) if other.author else None,
        text=other.text,
        media=_media(other.media) or None,
        created_at=other.id.created_at,
        warning=other.warning or None,
    )


def _media(media: tuple[Media, ...]) -> tuple[MediaRef, ...]:
    return tuple(MediaRef(**asdict(one)) for one in media)


def _ref(person: Person) -> PersonRef:
    return PersonRef(id=person.id, handle=person.handle, name=person.name)


def _said(item: Item) -> dict[str, Any]:
    said = {name: item[name] for name in ("handle", "name", "bio", "locale")}
    avatar = item["avatar"]["url"] if "avatar" in item else None
    return said | {"private": item.get("private", False), "avatar": avatar}
