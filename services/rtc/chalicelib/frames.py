"""Frames: what is said on a socket, `{type, id, data}` in both directions."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from contracts.events.chat import MessageSentV1
from contracts.events.envelope import Event
from contracts.events.notify import NotificationCreatedV2
from contracts.events.posts import TimelineDeliveredV1
from contracts.http.problems import INVALID, MALFORMED, TOO_LARGE, Problem
from pydantic import BaseModel, ConfigDict, Field, ValidationError

FRAME_LIMIT = 32_768
"""Bytes of a client's frame: API Gateway's own limit, which not every gateway enforces."""

FRAME_ID_LIMIT = 64
"""Characters of a frame's id."""


EMBEDDED = {"author", "text", "media", "warning"}
"""What a frame does not tell of a post that another one shows: only posts knows whether this reader may see
it, from whom they keep away and whose account is private by now, so a client asks there.
"""


class Frame(BaseModel):
    """What a client says."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    type: str = Field(min_length=1, max_length=32)
    id: str = Field(min_length=1, max_length=FRAME_ID_LIMIT)
    data: dict[str, Any] = {}


class BadFrame(Problem):
    """A frame that can't be read; `frame_id` is its id as far as that could be read."""

    def __init__(self, problem: Problem, frame_id: str | None = None) -> None:
        super().__init__(problem.kind, problem.detail, problem.errors)
        self.frame_id = frame_id


def parse(text: str) -> Frame:
    """Read a client's frame.

    Raises
    ------
    BadFrame
        If it is too large, no JSON, or not of a frame's shape.
    """
    if len(text.encode()) > FRAME_LIMIT:
        raise BadFrame(Problem(TOO_LARGE, f"A frame has at most {FRAME_LIMIT} bytes."))
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise BadFrame(Problem(MALFORMED, "The frame is not valid JSON.")) from None
    try:
        return Frame.model_validate(value)
    except ValidationError as invalid:
        errors = [
            {"pointer": "#/" + "/".join(str(part) for part in error["loc"]), "detail": error["msg"]}
            for error in invalid.errors(include_url=False, include_input=False, include_context=False)
        ]
        detail = "A frame is {type, id, data}; see `errors` for what to change."
        raise BadFrame(Problem(INVALID, detail, errors), _readable_id(value)) from None


def pong(frame: Frame) -> str:
    """Answer a ping."""
    return _encoded("pong", frame.id, {})


def error(problem: Problem, frame_id: str | None, language: str) -> str:
    """Say what is wrong with the client's frame of that id."""
    return _encoded("error", frame_id or uuid4().hex, {"problem": problem.body(language)})


def timeline(event: Event[TimelineDeliveredV1]) -> str:
    """Say that a post has come into a timeline, or has left it."""
    if event.data.post is None:
        return _encoded("timeline.removed", event.fact_id, {"post_id": event.data.post_id})
    post = event.data.post.model_dump(
        mode="json", exclude_none=True, exclude={"quote": EMBEDDED, "repost_of": EMBEDDED}
    )
    return _encoded("timeline.post", event.fact_id, {"post": post})


def message(event: Event[MessageSentV1]) -> str:
    """Say that a message was sent, in the words of chat's API."""
    sent = event.data.model_dump(mode="json", exclude={"message_id", "audience"})
    return _encoded("message", event.fact_id, {"message": {"id": event.data.message_id, **sent}})


def notification(event: Event[NotificationCreatedV2]) -> str:
    """Say that a notification has come, in the words of notify's API."""
    created = event.data.model_dump(
        mode="json", exclude={"notification_id", "user_id", "person"}, exclude_none=True
    )
    actor = event.data.person.model_dump(mode="json")
    return _encoded(
        "notification",
        event.fact_id,
        {"notification": {"id": event.data.notification_id, "actor": actor, **created}},
    )


def _encoded(kind: str, frame_id: str, data: Mapping[str, Any]) -> str:
    return json.dumps({"type": kind, "id": frame_id, "data": data}, ensure_ascii=False, separators=(",", ":"))


def _readable_id(value: Any) -> str | None:
    frame_id = value.get("id") if isinstance(value, dict) else None
    return frame_id if isinstance(frame_id, str) and 0 < len(frame_id) <= FRAME_ID_LIMIT else None
