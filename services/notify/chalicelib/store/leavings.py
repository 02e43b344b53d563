"""What people who deleted their account leave in notify's tables."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from contracts.transport.erasing import Leaver
from contracts.transport.items import Item, from_attributes, to_attributes

from chalicelib.model import Device
from chalicelib.store.notifications import NotificationTable
from chalicelib.store.readers import ReaderTable

TOMBSTONE_LIFE = timedelta(days=35)
"""How long it is remembered that a person left: longer than archive and DLQs keep what they did."""

_WRITES = 25
"""Requests that one BatchWriteItem takes."""


class Busy(Exception):
    """DynamoDB left part of a batch undone; the queue delivers the work again."""


@dataclass(frozen=True)
class LeavingsTables:
    """Both tables, as far as somebody's leaving goes.

    Parameters
    ----------
    readers, notifications
        The tables.
    now
        Tells the time, in UTC.
    """

    readers: ReaderTable
    notifications: NotificationTable
    now: Callable[[], datetime]

    def forget(self, leaver: Leaver) -> None:
        """Put a tombstone in a person's place, and remove their open sockets."""
        table = self.readers
        tombstone = {
            "pk": f"U#{leaver.id}",
            "sk": "PERSON",
            "deleted": True,
            "sequence": leaver.sequence,
            "expires_at": int((self.now() + TOMBSTONE_LIFE).timestamp()),
        }
        table.put_newer(tombstone)
        sockets = [item["sk"] for item in table.items(leaver.id) if item["sk"].startswith("SOCKET#")]
        _delete(table.dynamodb, table.name, [(f"U#{leaver.id}", key) for key in sockets])

    def devices_of(self, user_id: str) -> list[Device]:
        """Return the devices of a person."""
        return self.readers.oldest_first(user_id)

    def remove(self, user_id: str, device_id: str) -> Device | None:
        """Forget a device of a person; return it if it was theirs."""
        return self.readers.remove(user_id, device_id)

    def clear_inbox(self, user_id: str, after: str | None, limit: int) -> str | None:
        """Remove some of a person's notifications; return where the next ones start."""
        pk = f"U#{user_id}"
        start = {"ExclusiveStartKey": to_attributes({"pk": pk, "sk": after})} if after else {}
        rows, last = self._page(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :kind)",
            ExpressionAttributeValues=to_attributes({":pk": pk, ":kind": "N#"}),
            ConsistentRead=True,
            Limit=limit,
            **start,
        )
        self._remove(rows)
        return str(last["sk"]) if last else None

    def clear_named(self, user_id: str, after: str | None, limit: int) -> str | None:
        """Remove some notifications that name a person, whose ever; return where the next ones start."""
        start: dict[str, Any] = {}
        if after:
            pk, _, sk = after.partition(" ")
            start = {"ExclusiveStartKey": to_attributes({"naming": user_id, "pk": pk, "sk": sk})}
        rows, last = self._page(
            IndexName="naming",
            KeyConditionExpression="naming = :user",
            ExpressionAttributeValues=to_attributes({":user": user_id}),
            Limit=limit,
            **start,
        )
        self._remove(rows)
        return f"{last['pk']} {last['sk']}" if last else None

    def _page(self, **query: Any) -> tuple[list[Item], Item | None]:
        answer = self.notifications.dynamodb.query(TableName=self.notifications.name, **query)
        last = answer.get("LastEvaluatedKey")
        return [from_attributes(item) for item in answer["Items"]], from_attributes(last) if last else None

    def _remove(self, rows: Iterable[Item]) -> None:
        table = self.notifications
        _delete(table.dynamodb, table.name, [(row["pk"], row["sk"]) for row in rows])


def _delete(dynamodb: Any, table: str, keys: Iterable[tuple[str, str]]) -> None:
    for some in batched(keys, _WRITES):
        requests = [{"DeleteRequest": {"Key": to_attributes({"pk": pk, "sk": sk})}} for pk, sk in some]
        answer = dynamodb.batch_write_item(RequestItems={table: requests})
        if answer.get("UnprocessedItems"):
            raise Busy(f"{table} left some deletions undone")
