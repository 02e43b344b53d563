"""Items: what is read from DynamoDB's wire is what boto3 would read, in plainer values."""

from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer
from contracts.transport.items import from_attributes, to_attributes
from hypothesis import given
from hypothesis import strategies as st

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**37), 10**37)
    | st.decimals(-(10**9), 10**9, allow_nan=False, places=6).map(float)
    | st.text()
    | st.binary()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def plain(value: Any) -> Any:
    """Return what boto3 read, with its decimals as numbers and its binary values as bytes."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case dict():
            return {key: plain(inner) for key, inner in value.items()}
        case list():
            return [plain(inner) for inner in value]
    return value if isinstance(value, str | bool | None) else bytes(value)


@given(st.dictionaries(st.text(min_size=1), VALUES, max_size=5))
def test_every_value_is_read_as_boto3_reads_it(item: dict[str, Any]) -> None:
    attributes = to_attributes(item)
    boto3s = TypeDeserializer()
    assert from_attributes(attributes) == {
        name: plain(boto3s.deserialize(value)) for name, value in attributes.items()
    }


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"N": "1E3"}, 1_000),
        ({"N": "0.1"}, 0.1),
        ({"N": "12345678901234567890123"}, 12345678901234567890123),
        ({"SS": ["a", "b"]}, {"a", "b"}),
        ({"NS": ["1", "2.5"]}, {1, 2.5}),
        ({"BS": ["AP8=", b"\x01"]}, {b"\x00\xff", b"\x01"}),
    ],
)
def test_numbers_and_sets_are_plain_too(written: Any, read: Any) -> None:
    assert from_attributes({"value": written}) == {"value": read}
