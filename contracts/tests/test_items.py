"""An item of a table is the same in Python and on DynamoDB's wire, and carries what makes it an event."""

from datetime import UTC, datetime
from typing import Any

from contracts.events.posts import PostPublishedV1
from contracts.transport.items import from_attributes, outbox, to_attributes
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(min_size=1, max_size=4), values, max_size=5))
def test_an_item_comes_back_from_the_wire_as_it_went(item: dict[str, Any]) -> None:
    assert from_attributes(to_attributes(item)) == {
        key: value for key, value in item.items() if value is not None
    }


def test_the_outbox_names_the_event_that_a_write_publishes() -> None:
    stamped = outbox(PostPublishedV1.TYPE, sequence=1, actor=None, at=NOW)
    assert stamped["_event"] == "post.published.v1"
    assert "_actor" not in to_attributes(stamped)


def test_binary_values_are_read_from_a_table_and_from_a_stream_in_json() -> None:
    assert from_attributes(to_attributes({"packed": b"\x00\xff"})) == {"packed": b"\x00\xff"}
    assert from_attributes({"packed": {"B": "AP8="}, "in": {"L": [{"B": "AP8="}]}}) == {
        "packed": b"\x00\xff",
        "in": [b"\x00\xff"],
    }
