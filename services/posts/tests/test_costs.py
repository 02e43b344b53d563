"""What each action costs, in units of DynamoDB and in calls, on the deployed tables."""

from typing import Any

import pytest
from chalicelib.assembly import now
from chalicelib.model import Post, PostId
from chalicelib.profiles import Profiles
from tests.cloud import Cloud
from ulid import ULID

pytestmark = pytest.mark.cloud

MEDIAN = "秋晴れの嵐山。渡月橋のあたりは色づき始めで、見頃は来週になりそうです。 @{handle} また行きましょう"
"""A post of the usual length."""


def stored_size(value: Any, name: str = "") -> int:
    """Return the bytes that DynamoDB counts (developer guide, "Item sizes"), on the safe side."""
    match value:
        case {"S": str(text)}:
            size = len(text.encode())
        case {"M": dict(inner)}:
            size = 3 + sum(1 + stored_size(one, key) for key, one in inner.items())
        case {"L": list(inner)}:
            size = 3 + sum(1 + stored_size(one) for one in inner)
        case {"N": _} | {"BOOL": _}:
            size = 21
        case dict():
            size = sum(stored_size(one, key) for key, one in value.items())
    return size + len(name.encode())


def test_what_each_action_costs(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    aiko, ben = cloud.joined(), cloud.joined()
    cloud.graph.follow(ben, aiko)
    costs: dict[str, tuple[float, list[str]]] = {}

    def measured(action: str) -> None:
        costs[action] = (cloud.meter.units, cloud.meter.calls)
        cloud.meter.reset()

    cloud.meter.reset()
    cloud.publish(aiko, key=str(ULID()))
    measured("a short post")
    text = MEDIAN.format(handle=ben.handle)
    cloud.posts.add(Post(PostId(aiko.id, str(ULID())), aiko.person, text, mentions=(ben.person,)), ())
    measured("a median post (write)")
    longest = Post(PostId(aiko.id, str(ULID())), aiko.person, "紅" * 1_333, mentions=(ben.person,) * 20)
    cloud.posts.add(longest, ())
    measured("the longest post with 20 mentions (write)")
    cloud.publish(aiko, "another key", key="a-key")
    measured("a post under another key")
    for number in range(20):
        post = cloud.publish(aiko, f"{number} {text}")
        cloud.deliver(post)
    cloud.meter.reset()
    assert len(cloud.timelines.home(ben.id, None, 20).posts) == 20
    measured("home timeline of 20 median posts")
    Profiles(cloud.people, now).require(ben.id)
    measured("profile check, once a process")
    post = cloud.publish(aiko, text)
    cloud.meter.reset()
    cloud.deliver(post)
    measured("fan-out to the author and one follower")
    cloud.graph.follow(aiko, ben)
    measured("follow")
    with capsys.disabled():
        for action, (units, calls) in costs.items():
            print(f"\n{action}: {units} units, {', '.join(calls)}", end="")  # noqa: T201
    assert costs["a short post"] == (1.0, ["PutItem"])
    assert costs["a median post (write)"] == (1.0, ["PutItem"])
    assert costs["a post under another key"] == (2.0, ["PutItem", "PutItem"])
    units, calls = costs["home timeline of 20 median posts"]
    assert (calls, units <= 1.5) == (["Query"], True)
    page = cloud.entries.table.dynamodb.query(
        TableName=cloud.entries.table.name,
        KeyConditionExpression="pk = :reader",
        ExpressionAttributeValues={":reader": {"S": ben.id}},
        ScanIndexForward=False,
        Limit=20,
    )
    sizes = [stored_size(item) for item in page["Items"]]
    with capsys.disabled():
        print(f"\nentries of a median post: {max(sizes)} bytes, a page {sum(sizes)}")  # noqa: T201
    assert sum(sizes) <= 1.5 * 8_192
    assert costs["profile check, once a process"] == (0.5, ["GetItem"])
