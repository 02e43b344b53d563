"""Every kind of dead letter is read as what it tells, about whom, why it failed and how often."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from contracts.events.envelope import detail, event
from contracts.events.posts import PersonRef, PostPublishedV2, PostSnapshot
from contracts.replay.letters import NO_EVENT, NO_REASON, DeadLetter, Kind, message_letter, object_letter
from contracts.replay.selection import Group, Selection, groups, moment
from contracts.transport.consume import work_body
from contracts.transport.items import outbox, to_attributes
from contracts.transport.parking import number, text

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MS = str(int(NOW.timestamp() * 1000))
AIKO, BEN, CHIE = (PersonRef(id=f"id-{name}", handle=name, name=name) for name in ("aiko", "ben", "chie"))


def message(body: str, **attributes: Any) -> dict[str, Any]:
    return {"Body": body, "Attributes": {"SentTimestamp": MS}, "MessageAttributes": attributes}


def published() -> str:
    post = PostSnapshot(id="p1", author=AIKO, text="hi", mentions=(CHIE,), created_at=NOW)
    said = event(
        PostPublishedV2(post=post, audience="public", in_reply_to_author=BEN.id),
        source="hidoki.posts",
        subject="post/p1",
        sequence=1,
        time=NOW,
        actor=AIKO.id,
    )
    return work_body("post.published.v1", json.loads(detail(said)))


def record(pk: str = "id-aiko", **changes: Any) -> dict[str, Any]:
    item = {"pk": pk, "sk": "P#1", **outbox("post.published.v1", sequence=1, actor="id-ben", at=NOW)}
    return {"dynamodb": {"SequenceNumber": "1", "NewImage": to_attributes(item | changes)}}


def given_up(*records: Any, **changes: Any) -> str:
    account = {
        "requestContext": {"condition": "RetryAttemptsExhausted"},
        "responseContext": {"functionError": "Unhandled"},
        "timestamp": "2026-11-25T12:00:00.000Z",
        "payload": json.dumps({"Records": records}),
    }
    return json.dumps(account | changes)


def failed_invocation(**changes: Any) -> str:
    payload = {
        "Records": [{"eventName": "ObjectCreated:Post", "s3": {"object": {"key": "uploads/id-aiko/m1"}}}]
    }
    account = {
        "requestContext": {"functionArn": "arn:aws:lambda:x:take_in", "condition": "RetriesExhausted"},
        "requestPayload": payload | changes,
        "responsePayload": {"errorMessage": "no such codec"},
    }
    return json.dumps(account)


def test_a_parked_event_tells_its_type_its_reason_and_its_attempts() -> None:
    letter = message_letter(Kind.QUEUE, message(published(), reason=text("away"), attempts=number(3)))
    assert (letter.kind, letter.reason, letter.attempts, letter.parked) == (Kind.QUEUE, "away", 3, NOW)
    assert [told.type for told in letter.tells] == ["post.published.v1"]


def test_an_event_is_about_those_who_acted_and_wrote_not_about_those_whom_it_mentions() -> None:
    [told] = message_letter(Kind.QUEUE, message(published())).tells
    assert AIKO.id in told.people
    assert not {BEN.id, CHIE.id} & told.people


def test_a_message_that_sqs_moved_or_a_rule_could_not_deliver_is_in_its_first_attempt() -> None:
    moved = message_letter(Kind.QUEUE, message(published()))
    assert (moved.reason, moved.attempts) == (NO_REASON, 1)
    undelivered = message_letter(Kind.RULE, message(published(), ERROR_MESSAGE=text("no such queue")))
    assert (undelivered.reason, undelivered.attempts) == ("no such queue", 1)


def test_a_parked_record_tells_the_event_of_its_item_and_is_about_its_key_and_actor() -> None:
    letter = message_letter(
        Kind.RELAY, message(json.dumps(record("U#id-aiko")), reason=text("KeyError: 'x'"))
    )
    [told] = letter.tells
    assert (letter.kind, told.type, told.record) == (Kind.RELAY, "post.published.v1", record("U#id-aiko"))
    assert {"id-aiko", "id-ben"} <= told.people


def test_a_batch_in_the_bucket_tells_every_record_and_loses_only_those_of_erased_people() -> None:
    letter = object_letter(given_up(record("id-aiko"), record("id-chie", _actor="id-chie")))
    assert (letter.reason, letter.parked) == ("RetryAttemptsExhausted: Unhandled", NOW)
    left = letter.without({"id-chie"})
    assert left is not None
    assert [told.record for told in left.tells] == [record("id-aiko")]
    assert letter.without({"id-aiko", "id-chie"}) is None
    assert letter.without(frozenset()) == letter


def test_an_asynchronous_invocation_tells_its_trigger_and_carries_its_attempts_in_its_payload() -> None:
    letter = message_letter(Kind.RELAY, message(failed_invocation(attempts=2)))
    assert (letter.kind, letter.reason, letter.attempts) == (Kind.FUNCTION, "no such codec", 2)
    assert [told.type for told in letter.tells] == ["ObjectCreated:Post"]
    assert letter.without({"id-aiko"}) is None


@pytest.mark.parametrize(("wrapped", "kind"), [(True, "post.published.v1"), (False, "post.published.v1")])
def test_a_subscriptions_letter_tells_the_event_inside_its_envelope_or_raw(wrapped: bool, kind: str) -> None:
    body = json.dumps({"Type": "Notification", "Message": published()}) if wrapped else published()
    [told] = message_letter(Kind.SUBSCRIPTION, message(body)).tells
    assert told.type == kind


@pytest.mark.parametrize("kind", [Kind.QUEUE, Kind.RULE, Kind.RELAY, Kind.SUBSCRIPTION])
@pytest.mark.parametrize("body", ["", "{", "[]", "7", '"x"', "null", '{"detail-type": 1}', '{"detail": []}'])
def test_what_is_no_event_is_a_letter_all_the_same(kind: Kind, body: str) -> None:
    letter = message_letter(kind, message(body, attempts=text("many")))
    assert (letter.body, letter.attempts) == (body, 1)
    assert [told.type for told in letter.tells] == [NO_EVENT]
    assert letter.without({"id-aiko"}) == letter


@pytest.mark.parametrize("broken", [7, {}, {"dynamodb": {}}, {"dynamodb": {"NewImage": {"pk": {"S": 1}}}}])
def test_a_record_that_can_not_be_read_is_a_letter_all_the_same(broken: Any) -> None:
    assert [told.type for told in object_letter(given_up(broken)).tells] == [NO_EVENT]


@pytest.mark.parametrize("written", ["", "{}", "[]", given_up(payload="{}"), given_up(timestamp="soon")])
def test_an_object_that_no_mapping_wrote_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        object_letter(written)


def letter_of(kind: str = "post.published.v1", reason: str = "away", parked: datetime = NOW) -> DeadLetter:
    body = work_body(kind, {})
    told = message(body, reason=text(reason))
    told["Attributes"]["SentTimestamp"] = str(int(parked.timestamp() * 1000))
    return message_letter(Kind.QUEUE, told)


@pytest.mark.parametrize(
    ("selection", "meant"),
    [
        (Selection(), True),
        (Selection(type="post.published"), True),
        (Selection(type="post.published.v1"), True),
        (Selection(type="post.published.v2"), False),
        (Selection(type="post"), False),
        (Selection(version=1), True),
        (Selection(version=2), False),
        (Selection(type="post.published", version=2), False),
        (Selection(reason="AWAY"), True),
        (Selection(reason="mapping"), False),
        (Selection(since=NOW, until=NOW), True),
        (Selection(since=moment("2026-11-25T12:00:01", NOW)), False),
        (Selection(until=moment("1s", NOW)), False),
    ],
)
def test_letters_are_selected_by_type_version_reason_and_time(selection: Selection, meant: bool) -> None:
    assert selection(letter_of()) == meant


def test_a_version_is_no_version_of_what_is_no_event() -> None:
    assert not Selection(version=1)(message_letter(Kind.QUEUE, message("{")))
    assert Selection()(message_letter(Kind.QUEUE, message("{")))


def test_reasons_that_differ_in_ids_and_numbers_alone_are_one_group() -> None:
    reasons = ["post 3fa85f64-5717-4562-b3fc-2c963f66afa6 is away", "post 01JDJ0000000000000000000AB is away"]
    counted = groups(letter_of(reason=reason) for reason in [*reasons, "post is away"])
    assert counted == {
        Group("post.published.v1", "post … is away", 1): 2,
        Group("post.published.v1", "post is away", 1): 1,
    }


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-11-25T10:00", datetime(2026, 11, 25, 10, tzinfo=UTC)),
        ("2026-11-25", datetime(2026, 11, 25, tzinfo=UTC)),
        ("2026-11-25T10:00+09:00", datetime(2026, 11, 25, 1, tzinfo=UTC)),
        ("90m", datetime(2026, 11, 25, 10, 30, tzinfo=UTC)),
        ("2d", datetime(2026, 11, 23, 12, tzinfo=UTC)),
    ],
)
def test_a_time_is_said_as_a_date_or_as_how_long_ago(said: str, meant: datetime) -> None:
    assert moment(said, NOW) == meant


@pytest.mark.parametrize("said", ["", "soon", "5", "5w", "-5m", "2026-13-01"])
def test_what_is_no_time_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="is no time"):
        moment(said, NOW)
