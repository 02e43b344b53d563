"""Blocks and mutes in the table `devices`: `Q#<person>` + `<other>#<block or mute>`.

Whether a person hears of another is one query, half a unit; what ended stays for a while as a tombstone.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from contracts.transport.items import Item, from_attributes, to_attributes

from chalicelib.silence import Silenced

SILENCE_LIFE = timedelta(days=35)
"""How long the end of a block or mute is remembered: longer than any event of it can be replayed."""


@dataclass(frozen=True)
class SilenceTable:
    """Blocks and mutes.

    Parameters
    ----------
    dynamodb
        A boto3 DynamoDB client.
    name
        The table's.
    """

    dynamodb: Any = field(repr=False)
    name: str

    def silence(self, silenced: Silenced, at: datetime) -> None:
        """Keep it, unless something as new or newer was heard of the same block or mute."""
        ends = silenced.until if silenced.lasts else at
        item = {
            "pk": f"Q#{silenced.user_id}",
            "sk": f"{silenced.other}#{silenced.by}",
            "sequence": silenced.sequence,
            "until": int(silenced.until.timestamp()) if silenced.until else None,
            "over": None if silenced.lasts else True,
            "expires_at": int((ends + SILENCE_LIFE).timestamp()) if ends else None,
        }
        try:
            self.dynamodb.put_item(
                TableName=self.name,
                Item=to_attributes(item),
                ConditionExpression="attribute_not_exists(pk) OR #sequence < :sequence",
                ExpressionAttributeNames={"#sequence": "sequence"},
                ExpressionAttributeValues=to_attributes({":sequence": silenced.sequence}),
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException:
            return

    def silent(self, user_id: str, other: str, now: datetime) -> bool:
        """Tell whether a person hears nothing of another."""
        found = self._lasting(
            now,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :other)",
            ExpressionAttributeValues=to_attributes({":pk": f"Q#{user_id}", ":other": f"{other}#"}),
        )
        return any(True for _ in found)

    def silenced(self, user_id: str, now: datetime) -> Collection[str]:
        """Return all of whom a person hears nothing: half a unit for each 30 or so."""
        found = self._lasting(
            now,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_attributes({":pk": f"Q#{user_id}"}),
        )
        return {str(row["sk"]).partition("#")[0] for row in found}

    def _lasting(self, now: datetime, **query: Any) -> Iterable[Item]:
        pages = self.dynamodb.get_paginator("query").paginate(TableName=self.name, **query)
        rows = (from_attributes(item) for page in pages for item in page["Items"])
        seconds = now.timestamp()
        return (row for row in rows if "over" not in row and row.get("until", seconds + 1) > seconds)
