"""What people who deleted their account leave in chat's tables."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from contracts.transport.erasing import Leaver
from contracts.transport.items import Item, from_attributes, to_attributes

from chalicelib.erasure import Seat

TOMBSTONE_LIFE = timedelta(days=35)
"""How long a deletion is remembered: longer than archive and dead-letter queues keep older events."""

_SEQUENCE = {"#sequence": "sequence"}
_WRITES = 25
"""Requests that one BatchWriteItem takes."""


class Busy(Exception):
    """DynamoDB left part of a batch undone; the queue delivers the work again."""


@dataclass(frozen=True)
class LeavingsTables:
    """Both tables, as far as somebody's leaving goes.

    Parameters
    ----------
    dynamodb
        A boto3 DynamoDB client.
    channels, messages
        The tables' names.
    now
        Tells the time, in UTC.
    """

    dynamodb: Any = field(repr=False)
    channels: str
    messages: str
    now: Callable[[], datetime]

    def forget(self, leaver: Leaver) -> None:
        """Put a tombstone in a person's place, unless something newer was heard of them."""
        item = {"pk": f"P#{leaver.id}", "sk": "PERSON", **self._tombstone(leaver.sequence)}
        self._put(self.channels, item, "attribute_not_exists(pk) OR #sequence < :sequence", leaver.sequence)

    def seat(self, user_id: str, after: str | None) -> Seat | None:
        """Return the first of a person's places that follows a position, left or not."""
        rows, _ = self._page(self.channels, f"U#{user_id}", "M#", after, 1)
        return next((Seat(row["sk"], row["sk"].rpartition("#")[2]) for row in rows), None)

    def silence(self, seat: Seat, user_id: str, after: str | None, limit: int) -> str | None:
        """Look at some messages of a channel and put tombstones in the place of this person's."""
        rows, last = self._page(self.messages, f"C#{seat.channel_id}", "M#", after, limit)
        for row in rows:
            if "deleted" not in row and row["author"]["id"] == user_id:
                seen = row["sequence"]
                gone = {"pk": row["pk"], "sk": row["sk"], **self._tombstone(seen + 1)}
                self._put(self.messages, gone, "#sequence = :sequence", seen)
        return last

    def vacate(self, seat: Seat, user_id: str) -> None:
        """Let a person be in a channel no more."""
        self._mark_gone({"pk": f"C#{seat.channel_id}", "sk": "CHANNEL"}, user_id)
        mine = {"pk": f"U#{user_id}", "sk": seat.position}
        self._put(self.channels, {**mine, **self._tombstone(2)}, "#sequence < :sequence", 2)

    def clear_keys(self, user_id: str, after: str | None, limit: int) -> str | None:
        """Remove some of a person's Idempotency-Keys; return where the next ones start."""
        rows, last = self._page(self.messages, f"K#{user_id}", "", after, limit)
        for some in batched(rows, _WRITES):
            keys = [to_attributes({"pk": row["pk"], "sk": row["sk"]}) for row in some]
            requests = [{"DeleteRequest": {"Key": key}} for key in keys]
            answer = self.dynamodb.batch_write_item(RequestItems={self.messages: requests})
            if answer.get("UnprocessedItems"):
                raise Busy(f"{self.messages} left some deletions undone")
        return last

    def _mark_gone(self, key: Item, user_id: str) -> None:
        while True:
            found = self.dynamodb.get_item(
                TableName=self.channels, Key=to_attributes(key), ConsistentRead=True
            ).get("Item")
            gone = from_attributes(found).get("gone", []) if found else [user_id]
            if user_id in gone:
                return
            was = {":was": gone} if gone else {}
            try:
                self.dynamodb.update_item(
                    TableName=self.channels,
                    Key=to_attributes(key),
                    UpdateExpression="SET gone = :gone",
                    ConditionExpression="gone = :was" if gone else "attribute_not_exists(gone)",
                    ExpressionAttributeValues=to_attributes({":gone": sorted({*gone, user_id}), **was}),
                )
            except self.dynamodb.exceptions.ConditionalCheckFailedException:
                continue

    def _tombstone(self, sequence: int) -> Item:
        expires_at = int((self.now() + TOMBSTONE_LIFE).timestamp())
        return {"deleted": True, "sequence": sequence, "expires_at": expires_at}

    def _put(self, table: str, item: Item, condition: str, sequence: int) -> None:
        try:
            self.dynamodb.put_item(
                TableName=table,
                Item=to_attributes(item),
                ConditionExpression=condition,
                ExpressionAttributeNames=_SEQUENCE,
                ExpressionAttributeValues=to_attributes({":sequence": sequence}),
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException:
            return

    def _page(
        self, table: str, pk: str, kind: str, after: str | None, limit: int
    ) -> tuple[list[Item], str | None]:
        only = " AND begins_with(sk, :kind)" if kind else ""
        values = {":pk": pk, ":kind": kind} if kind else {":pk": pk}
        start = {"ExclusiveStartKey": to_attributes({"pk": pk, "sk": after})} if after else {}
        answer = self.dynamodb.query(
            TableName=table,
            KeyConditionExpression=f"pk = :pk{only}",
            ExpressionAttributeValues=to_attributes(values),
            Limit=limit,
            ConsistentRead=True,
            **start,
        )
        last = answer.get("LastEvaluatedKey")
        return [from_attributes(item) for item in answer["Items"]], str(last["sk"]["S"]) if last else None
