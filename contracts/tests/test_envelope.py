"""An event is known by its id, and the fact behind its versions by one of its own."""

from datetime import UTC, datetime

import pytest
from contracts.events.envelope import Event, event, fact, version
from contracts.events.posts import PostDeletedV1

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class PostDeletedV2(PostDeletedV1):
    TYPE = "post.deleted.v2"


def deleted(kind: type[PostDeletedV1], sequence: int = 2) -> Event[PostDeletedV1]:
    data = kind(post_id="p", author="aiko")
    return event(data, source="hidoki.posts", subject="post/p", sequence=sequence, time=NOON)


def test_two_versions_of_a_fact_are_two_events_and_one_fact() -> None:
    first, second = deleted(PostDeletedV1), deleted(PostDeletedV2)
    assert first.id != second.id
    assert first.fact_id == second.fact_id == first.id


def test_the_next_change_of_a_subject_is_another_fact() -> None:
    assert deleted(PostDeletedV2).fact_id != deleted(PostDeletedV2, sequence=3).fact_id


def test_the_fact_is_not_said_on_the_wire() -> None:
    assert "fact_id" not in deleted(PostDeletedV1).model_dump()


@pytest.mark.parametrize(("event_type", "number"), [("post.published.v1", 1), ("post.published.v12", 12)])
def test_a_type_is_its_fact_and_a_version(event_type: str, number: int) -> None:
    assert (fact(event_type), version(event_type)) == ("post.published", number)
