"""Examples: every consumer has one of each event it hears, and what checks them tells right from wrong."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from consumer_examples import Envelope, Example, completed, examples
from contracts.events.chat import MemberJoinedV1
from contracts.events.consumers import CONSUMERS
from contracts.events.envelope import Event, envelope_of
from contracts.events.registry import model
from contracts.transport.consume import QueueConsumer
from event_patterns import matches
from event_shapes import STYLES
from example_matching import require, scenario
from example_reliance import Calls, Noted, hand, require_exact

PAIRS = [(name, event_type) for name, consumer in CONSUMERS.items() for event_type in consumer.types]


@pytest.mark.parametrize(("consumer", "event_type"), PAIRS)
def test_a_consumer_has_an_example_of_every_event_it_hears(consumer: str, event_type: str) -> None:
    there = {(one.consumer, one.event_type) for one in examples()}
    assert (consumer, event_type) in there, (
        f"say in contracts/examples/{consumer}/{event_type}.json what it takes"
    )


@pytest.mark.parametrize("example", examples(), ids=str)
def test_an_example_is_of_an_event_that_its_consumer_can_hear(example: Example) -> None:
    assert (example.consumer, example.event_type) in PAIRS
    for style in STYLES:
        whole = completed(example.event_type, example.stated, style)
        envelope_of(model(example.event_type)).model_validate(whole)
        routed = {"source": whole["source"], "detail-type": whole["type"], "detail": whole}
        assert matches(CONSUMERS[example.consumer].pattern(), routed)


def test_the_name_of_an_examples_file_says_consumer_type_and_case(tmp_path: Path) -> None:
    (tmp_path / "search").mkdir()
    (tmp_path / "search/post.published.v2.reply.json").write_text('{"sequence": 1}')
    assert examples(tmp_path) == [Example("search", "post.published.v2", "reply", {"sequence": 1})]


def test_an_example_may_state_no_field_that_its_event_lacks() -> None:
    with pytest.raises(ValueError, match="the event has no field colour"):
        completed("member.joined.v1", {"data": {"colour": "red"}})


class Members:
    """A port that keeps nothing."""

    def add(self, channel_id: str, sequence: int) -> None:
        """Take a member."""


def hear(envelope: Envelope) -> Calls:
    """Let a consumer of member.joined.v1 hear an event, of which it takes the channel and the sequence."""
    calls: Calls = []
    members = Noted(Members(), calls)

    def joined(event: Event[MemberJoinedV1]) -> None:
        members.add(event.data.channel_id, event.sequence)

    hand(
        QueueConsumer("rtc-members", {MemberJoinedV1: joined}, lambda _body, _reason, _attempts: None),
        envelope,
    )
    return calls


@pytest.mark.parametrize(
    ("stated", "complaint"),
    [
        ({"sequence": 3, "data": {"channel_id": "c"}}, ""),
        ({"data": {"channel_id": "c"}}, "sequence: taken, so state it"),
        ({"sequence": 3}, "data: taken, so state it"),
        (
            {"sequence": 3, "data": {"channel_id": "c", "user_id": "u"}},
            "data.user_id: not taken, so leave it out",
        ),
        ({"sequence": 3, "actor": "u", "data": {"channel_id": "c"}}, "actor: not taken, so leave it out"),
    ],
)
def test_an_example_states_just_what_changes_what_its_consumer_does(
    stated: dict[str, Any], complaint: str
) -> None:
    example = Example("rtc-members", "member.joined.v1", "", stated)
    if not complaint:
        require_exact(example, hear)
        return
    with pytest.raises(AssertionError) as refused:
        require_exact(example, hear)
    assert str(refused.value) == f"contracts/examples/{example}.json:\n  {complaint}"


REPLY = next(one for one in examples() if str(one) == "search/post.published.v2.reply")


def published() -> Any:
    """Return an event that is like the example, of other values."""
    event = completed(REPLY.event_type, deepcopy(REPLY.stated), 1)
    event["data"]["post"] |= {"text": "別の話", "created_at": "2027-01-01T09:30:00.5+09:00"}
    event["data"]["post"]["mentions"].insert(0, {"id": "x", "handle": "x", "name": "x"})
    return event


def at(event: Any, *path: str | int) -> Any:
    for part in path:
        event = event[part]
    return event


def changed(*path: str | int, to: Any) -> Callable[[Any], None]:
    def change(event: Any) -> None:
        at(event, *path[:-1])[path[-1]] = to

    return change


def dropped(*path: str | int) -> Callable[[Any], None]:
    def change(event: Any) -> None:
        del at(event, *path[:-1])[path[-1]]

    return change


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (dropped("data", "post", "mentions"), "data.post.mentions: missing"),
        (dropped("data", "post", "author", "name"), "data.post.author.name: missing"),
        (changed("data", "post", "media", to=[]), "data.post.media[]: missing"),
        (
            changed("data", "post", "created_at", to="yesterday"),
            "data.post.created_at: a time is relied on, a text comes",
        ),
        (
            changed("data", "post", "author", "id", to="aiko"),
            "data.post.author.id: a UUID is relied on, a text comes",
        ),
        (changed("data", "post", "text", to=""), "data.post.text: a text is relied on, an empty text comes"),
        (
            changed("data", "post", "media", 0, "width", to=1.5),
            "data.post.media[].width: a whole number is relied on, a number comes",
        ),
        (changed("data", "post", "author", to=None), "data.post.author: an object is relied on, null comes"),
        (changed("sequence", to=True), "sequence: a whole number is relied on, a truth value comes"),
        (changed("source", to="hidoki.chat"), "the rule of search does not let it in"),
        (changed("type", to="post.published.v3"), "it publishes none at all"),
    ],
)
def test_a_producer_that_lets_a_consumer_down_is_told_whom_and_where(
    change: Callable[[Any], None], complaint: str
) -> None:
    event = published()
    require(REPLY, [event])
    change(event)
    with pytest.raises(AssertionError) as refused:
        require(REPLY, [event])
    assert str(refused.value).splitlines() == [
        "search relies on post.published.v2 in the case 'reply' "
        "(contracts/examples/search/post.published.v2.reply.json), which posts does not publish like that:",
        f"  {complaint}",
    ]


def test_a_word_of_an_enumeration_has_to_be_that_word() -> None:
    example = next(one for one in examples() if str(one) == "notify-inbox/post.published.v2.reply")
    event: Any = completed(example.event_type, example.stated)
    event["data"]["audience"] = "followers"
    with pytest.raises(AssertionError, match="the word 'public' is relied on, the word 'followers' comes"):
        require(example, [event])


def test_a_case_that_its_producer_does_not_know_names_who_wants_it() -> None:
    poll = Example("search", "post.published.v2", "poll", {})
    with pytest.raises(AssertionError, match=r"^search wants .* in the case 'poll'"):
        scenario(poll, {"post.published.v2.reply": lambda _: None})
