"""The `devices` table: all that is needed to reach a person lies in one partition and is read at once.

`U#<person>` + `PERSON`, `DEVICE#<id>` or `SOCKET#<connection>`; beside them `T#<device>` + `OWNER` (whose a
token is) and `C#<connection>` + `GRAVE` (that a connection was closed). No relay reads this table.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from contracts.transport.items import Item, from_attributes, to_attributes

from chalicelib.model import DEFAULT_LOCALE, Device, Person, Reader, Socket

GRAVE_LIFE = timedelta(days=35)
"""How long a closed connection is remembered: longer than any event of it can be replayed."""

_BATCH = 100
"""Keys that one BatchGetItem takes."""

_TRIES = 3
"""How often a device is given to a person while others claim it too."""


@dataclass(frozen=True)
class ReaderTable:
    """The `devices` table.

    Parameters
    ----------
    dynamodb
        A boto3 DynamoDB client.
    name
        The table's.
    """

    dynamodb: Any = field(repr=False)
    name: str

    def reader(self, user_id: str) -> Reader:
        """Return what is known of a person now."""
        items = self.items(user_id)
        person = next((item for item in items if item["sk"] == "PERSON"), {})
        return Reader(
            locale=person.get("locale", DEFAULT_LOCALE),
            devices=tuple(_device(item) for item in items if item["sk"].startswith("DEVICE#")),
            open_until=tuple(
                datetime.fromisoformat(item["until"]) for item in items if item["sk"].startswith("SOCKET#")
            ),
        )

    def learn(self, person: Person, locale: str, sequence: int) -> None:
        """Keep a person, unless something as new or newer was heard of them."""
        self.put_newer(
            {
                "pk": f"U#{person.id}",
                "sk": "PERSON",
                "handle": person.handle,
                "name": person.name,
                "locale": locale,
                "sequence": sequence,
            }
        )

    def left(self, ids: Collection[str]) -> Collection[str]:
        """Return those of the people who have deleted their account."""
        found: set[str] = set()
        for some in batched(sorted(set(ids)), _BATCH):
            keys = [to_attributes({"pk": f"U#{one}", "sk": "PERSON"}) for one in some]
            asked: Any = {self.name: {"Keys": keys}}
            while asked:
                answer = self.dynamodb.batch_get_item(RequestItems=asked)
                there = map(from_attributes, answer["Responses"].get(self.name, []))
                found |= {item["pk"].removeprefix("U#") for item in there if "deleted" in item}
                asked = answer.get("UnprocessedKeys")
        return found

    def put(self, socket: Socket) -> None:
        """Keep a socket, unless one of the same connection and a newer sequence is there."""
        self.put_newer(
            {
                "pk": f"U#{socket.user_id}",
                "sk": f"SOCKET#{socket.connection_id}",
                "until": socket.until,
                "sequence": socket.sequence,
                "expires_at": int(socket.until.timestamp()),
            }
        )

    def drop(self, user_id: str, connection_id: str, sequence: int) -> None:
        """Remove a socket whose sequence is below this one."""
        try:
            self.dynamodb.delete_item(
                TableName=self.name,
                Key=to_attributes({"pk": f"U#{user_id}", "sk": f"SOCKET#{connection_id}"}),
                ConditionExpression="#sequence < :sequence",
                ExpressionAttributeNames={"#sequence": "sequence"},
                ExpressionAttributeValues=to_attributes({":sequence": sequence}),
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException:
            return

    def bury(self, connection_id: str, sequence: int, at: datetime) -> None:
        """Note that a connection was closed, unless something newer is noted."""
        forgotten = int((at + GRAVE_LIFE).timestamp())
        self.put_newer(
            {"pk": f"C#{connection_id}", "sk": "GRAVE", "sequence": sequence, "expires_at": forgotten}
        )

    def buried(self, connection_id: str) -> int:
        """Return the sequence at which a connection was closed, or 0."""
        grave = self._get(f"C#{connection_id}", "GRAVE", consistent=True)
        return int(grave["sequence"]) if grave else 0

    def register(self, user_id: str, device: Device, at: datetime) -> None:
        """Give a device to a person, taking it from whoever had it."""
        for attempt in range(_TRIES):
            found = self._get(f"T#{device.id}", "OWNER", consistent=True)
            owner = str(found["user_id"]) if found else None
            try:
                self.dynamodb.transact_write_items(TransactItems=self._handover(owner, user_id, device, at))
            except self.dynamodb.exceptions.TransactionCanceledException:
                if attempt == _TRIES - 1:
                    raise
            else:
                return

    def oldest_first(self, user_id: str) -> list[Device]:
        """Return the devices of a person, the one registered longest ago first."""
        devices = [item for item in self.items(user_id) if item["sk"].startswith("DEVICE#")]
        return [_device(item) for item in sorted(devices, key=lambda item: str(item["registered_at"]))]

    def remove(self, user_id: str, device_id: str) -> Device | None:
        """Forget a device of a person; return it if it was theirs."""
        item = self._get(f"U#{user_id}", f"DEVICE#{device_id}", consistent=True)
        if item is None:
            return None
        deletes = [
            self._delete(f"U#{user_id}", f"DEVICE#{device_id}"),
            self._delete(f"T#{device_id}", "OWNER", user_id),
        ]
        try:
            self.dynamodb.transact_write_items(TransactItems=deletes)
        except self.dynamodb.exceptions.TransactionCanceledException:
            if self._get(f"U#{user_id}", f"DEVICE#{device_id}", consistent=True):
                raise
            return None
        return _device(item)

    def _handover(self, owner: str | None, user_id: str, device: Device, at: datetime) -> list[Item]:
        """Return the writes that give a device to a person if it still belongs to `owner`."""
        token: Item = {
            "TableName": self.name,
            "Item": to_attributes({"pk": f"T#{device.id}", "sk": "OWNER", "user_id": user_id}),
            "ConditionExpression": "user_id = :owner" if owner else "attribute_not_exists(pk)",
        }
        if owner:
            token["ExpressionAttributeValues"] = to_attributes({":owner": owner})
        registered = {
            "pk": f"U#{user_id}",
            "sk": f"DEVICE#{device.id}",
            "device_id": device.id,
            "platform": device.platform,
            "token": device.token,
            "address": device.address,
            "registered_at": at,
        }
        writes: list[Item] = [
            {"Put": token},
            {"Put": {"TableName": self.name, "Item": to_attributes(registered)}},
        ]
        if owner and owner != user_id:
            writes.append(self._delete(f"U#{owner}", f"DEVICE#{device.id}"))
        return writes

    def _delete(self, pk: str, sk: str, owner: str | None = None) -> Item:
        delete: Item = {"TableName": self.name, "Key": to_attributes({"pk": pk, "sk": sk})}
        if owner:
            delete["ConditionExpression"] = "user_id = :owner"
            delete["ExpressionAttributeValues"] = to_attributes({":owner": owner})
        return {"Delete": delete}

    def items(self, user_id: str) -> list[Item]:
        """Return all that one partition holds: a person, at most twenty devices, and open sockets."""
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_attributes({":pk": f"U#{user_id}"}),
            ConsistentRead=True,
        )
        return [from_attributes(item) for page in pages for item in page["Items"]]

    def _get(self, pk: str, sk: str, *, consistent: bool = False) -> Item | None:
        key = to_attributes({"pk": pk, "sk": sk})
        item = self.dynamodb.get_item(TableName=self.name, Key=key, ConsistentRead=consistent).get("Item")
        return from_attributes(item) if item else None

    def put_newer(self, item: Item) -> None:
        """Put an item, unless one as new or newer is there."""
        try:
            self.dynamodb.put_item(
                TableName=self.name,
                Item=to_attributes(item),
                ConditionExpression="attribute_not_exists(pk) OR #sequence < :sequence",
                ExpressionAttributeNames={"#sequence": "sequence"},
                ExpressionAttributeValues=to_attributes({":sequence": item["sequence"]}),
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException:
            return


def _device(item: Item) -> Device:
    return Device(item["device_id"], item["platform"], item["token"], item.get("address"))
