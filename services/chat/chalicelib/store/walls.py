"""Blocks in the table `channels`: `C#<channel>` + `BLOCK` for who of two people blocks the other.

A direct channel's id is made of the two, so the row is there before the channel is, or without it.
"""

from dataclasses import dataclass, field
from typing import Any

from contracts.transport.items import Item, from_attributes, to_attributes

_BLOCKS = "blocks_"


@dataclass(frozen=True)
class WallTable:
    """Who blocks whom.

    Parameters
    ----------
    dynamodb
        A boto3 DynamoDB client.
    name
        The table `channels`.
    """

    dynamodb: Any = field(repr=False)
    name: str

    def block(self, channel_id: str, blocker: str, sequence: int, *, lasts: bool) -> None:
        """Keep a block or its end, unless something as new or newer was heard of it."""
        try:
            self.dynamodb.update_item(
                TableName=self.name,
                Key=to_attributes(_block_key(channel_id)),
                UpdateExpression="SET #sequence = :sequence, #lasts = :lasts",
                ConditionExpression="attribute_not_exists(#sequence) OR #sequence < :sequence",
                ExpressionAttributeNames={"#sequence": f"heard_{blocker}", "#lasts": f"{_BLOCKS}{blocker}"},
                ExpressionAttributeValues=to_attributes({":sequence": sequence, ":lasts": lasts}),
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException:
            return

    def parted(self, channel_id: str) -> bool:
        """Tell whether one of the two whose direct channel this is blocks the other: half a unit."""
        key = to_attributes(_block_key(channel_id))
        found = self.dynamodb.get_item(TableName=self.name, Key=key).get("Item", {})
        return any(lasts for name, lasts in from_attributes(found).items() if name.startswith(_BLOCKS))


def _block_key(channel_id: str) -> Item:
    return {"pk": f"C#{channel_id}", "sk": "BLOCK"}
