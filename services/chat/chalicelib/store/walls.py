"""Blocks in the table `channels`: `C#<channel>` + `BLOCK#<person>` for who of two people blocks the other.

A direct channel's id is made of the two, so the row is there before the channel is, or without it. What is
left of a block that ended goes after a while.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from contracts.transport.items import from_attributes, to_attributes

WALL_LIFE = timedelta(days=35)
"""How long the end of a block is remembered: longer than any event of it can be replayed."""

_BLOCK = "BLOCK#"


@dataclass(frozen=True)
class WallTable:
    """Who blocks whom.

    Parameters
    ----------
    dynamodb
        A boto3 DynamoDB client.
    name
        The table `channels`.
    now
        Tells the time, in UTC.
    """

    dynamodb: Any = field(repr=False)
    name: str
    now: Callable[[], datetime]

    def block(self, channel_id: str, blocker: str, sequence: int, *, lasts: bool) -> None:
        """Keep a block or its end, unless something as new or newer was heard of it."""
        item = {
            "pk": f"C#{channel_id}",
            "sk": f"{_BLOCK}{blocker}",
            "sequence": sequence,
            "deleted": None if lasts else True,
            "expires_at": None if lasts else int((self.now() + WALL_LIFE).timestamp()),
        }
        try:
            self.dynamodb.put_item(
                TableName=self.name,
                Item=to_attributes(item),
                ConditionExpression="attribute_not_exists(pk) OR #sequence < :sequence",
                ExpressionAttributeNames={"#sequence": "sequence"},
                ExpressionAttributeValues=to_attributes({":sequence": sequence}),
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException:
            return

    def parted(self, channel_id: str) -> bool:
        """Tell whether one of the two whose direct channel this is blocks the other: half a unit."""
        answer = self.dynamodb.query(
            TableName=self.name,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :block)",
            ExpressionAttributeValues=to_attributes({":pk": f"C#{channel_id}", ":block": _BLOCK}),
        )
        return any("deleted" not in from_attributes(item) for item in answer["Items"])
