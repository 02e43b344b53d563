"""Replay knows by itself who is erased, and still tells what is gone."""

import json
from typing import Any
from uuid import UUID

import pytest
from contracts.events.chat import MessageSentV1
from contracts.events.envelope import detail, event
from contracts.events.graph import FollowRemovedV1
from contracts.events.posts import (
    AccountDeletedV1,
    PersonRef,
    PostDeletedV1,
    ProfileUpdatedV1,
    TimelineDeliveredV1,
)
from contracts.replay.erased import ErasedBucket, known_erased
from contracts.replay.letters import Kind, message_letter
from test_replay_letters import NOW

AIKO, BEN = (str(UUID(int=number)) for number in (1, 2))


class Cloud:
    """S3 with one bucket of the erased, and the parameter that names it."""

    def __init__(self, *erased: str, named: bool = True) -> None:
        self.erased, self.named, self.asked = erased, named, 0

    def __call__(self, _service: str) -> "Cloud":
        return self

    def get_parameters(self, *, Names: list[str]) -> dict[str, Any]:
        assert Names == ["/hidoki/test/erased-bucket"]
        return {"Parameters": [{"Value": "bucket"}] if self.named else []}

    def list_objects_v2(self, *, Bucket: str, Prefix: str, MaxKeys: int) -> dict[str, Any]:
        assert Bucket == "bucket"
        self.asked += 1
        found = sorted(one for one in self.erased if one.startswith(Prefix))[:MaxKeys]
        return {"Contents": [{"Key": one} for one in found]}


def letter(data: Any, source: str = "hidoki.posts", subject: str = "x/1") -> Any:
    told = event(data, source=source, subject=subject, sequence=1, time=NOW)
    body = json.dumps({"detail-type": data.TYPE, "detail": json.loads(detail(told))})
    sent = str(int(NOW.timestamp() * 1000))
    return message_letter(Kind.QUEUE, {"Body": body, "Attributes": {"SentTimestamp": sent}})


def test_each_person_is_asked_for_once_and_only_ids_of_people_are() -> None:
    cloud = Cloud(AIKO)
    erased = known_erased("test", cloud, frozenset({"somebody"}))
    assert [one in erased for one in (AIKO, BEN, AIKO, BEN)] == [True, False, True, False]
    assert "PROFILE" not in erased
    assert "somebody" in erased
    assert cloud.asked == 2


def test_a_stage_that_has_no_such_bucket_yet_erases_whom_the_operator_names() -> None:
    erased = known_erased("test", Cloud(AIKO, named=False), frozenset({BEN}))
    assert (AIKO in erased, BEN in erased) == (False, True)


@pytest.mark.parametrize(
    "data",
    [
        ProfileUpdatedV1(user_id=AIKO, handle="aiko", name="愛子"),
        MessageSentV1(
            message_id="1",
            channel_id="2",
            author=PersonRef(id=AIKO, handle="aiko", name="愛子"),
            text="秘密",
            sent_at=NOW,
            audience=(AIKO, BEN),
        ),
    ],
)
def test_what_an_erased_person_said_is_not_told_again(data: Any) -> None:
    assert letter(data).without(ErasedBucket(Cloud(AIKO), "bucket")) is None
    assert letter(data).without(ErasedBucket(Cloud(BEN), "bucket")) is not None


@pytest.mark.parametrize(
    "data",
    [
        AccountDeletedV1(user_id=AIKO),
        PostDeletedV1(post_id="p", author=AIKO),
        FollowRemovedV1(follower=PersonRef(id=AIKO, handle="", name=""), followee=BEN),
        TimelineDeliveredV1(post_id="p", author=AIKO, recipients=(BEN,)),
    ],
)
def test_what_says_that_something_is_gone_is_told_again(data: Any) -> None:
    assert letter(data).without(ErasedBucket(Cloud(AIKO), "bucket")) is not None
