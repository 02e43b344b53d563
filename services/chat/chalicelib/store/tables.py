"""Chat's tables: `channels` (with members and the read model of people) and `messages`.

Keys of `channels`: `C#<channel>` + `CHANNEL`; `U#<person>` + `M#<opened at>#<channel>` for a member;
`P#<person>` + `PERSON`; `C#<channel>` + `BLOCK#<person>` for who of the two blocks the other, channel or not.
Keys of `messages`: `C#<channel>` + `M#<id>`; `K#<person>` + `<channel>#<key>` for an idempotency key that is
no fresh ULID; `L#<person>` + `L#<action>` for what they did lately, as rate limits count it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from contracts.events.chat import ChannelCreatedV1, MemberJoinedV1, MessageSentV1
from contracts.transport.items import Attributes, Item, from_attributes, outbox, to_attributes
from ulid import ULID

from chalicelib.model import ID_LENGTH, Channel, KeyReused, Message, Person

KEY_LIFE = timedelta(days=1)
"""How long an idempotency key is remembered; the item's TTL."""

QUERIES_A_PAGE = 5
"""A page of a channel looks at most this often for messages to show."""

_ABSENT = "attribute_not_exists(pk)"
_BATCH = 100
"""Keys that one BatchGetItem takes."""

_TRIES = 3
"""How often a channel is opened while the other person opens it too: neither may be there yet."""


@dataclass(frozen=True)
class ChannelTable:
    """The `channels` table.

    Parameters
    ----------
    dynamodb
        A boto3 DynamoDB client.
    name
        The table's.
    """

    dynamodb: Any = field(repr=False)
    name: str

    def open(self, channel: Channel, opener: str) -> Channel:
        """Keep a channel with its members unless it is there; return the one that is there."""
        items = [
            {
                **_channel_key(channel.id),
                **_described(channel),
                **outbox(ChannelCreatedV1.TYPE, sequence=1, actor=opener, at=channel.created_at),
            },
            *(_membership(channel, member, opener) for member in channel.members),
        ]
        puts = [
            {"Put": {"TableName": self.name, "Item": to_attributes(item), "ConditionExpression": _ABSENT}}
            for item in items
        ]
        for _ in range(_TRIES):
            try:
                self.dynamodb.transact_write_items(TransactItems=puts)
            except self.dynamodb.exceptions.TransactionCanceledException as canceled:
                refusal = canceled
            else:
                return channel
            there, _person = self.enter(channel.id, opener)
            if there:
                return there
        raise refusal

    def of_member(self, user_id: str, before: str | None, limit: int) -> tuple[list[Channel], str | None]:
        """Return the channels of a person, newest first, and where the rest starts."""
        items, rest = _newest(self.dynamodb, self.name, f"U#{user_id}", before, limit)
        return [_channel(item) for item in items if "deleted" not in item], rest

    def left(self, user_id: str) -> bool:
        """Tell whether a person has deleted their account."""
        return any("deleted" in item for item in self._get([_person_key(user_id)], consistent=False))

    def enter(self, channel_id: str, user_id: str) -> tuple[Channel | None, Person | None]:
        """Return the channel and the person as both are now, in one read call."""
        keys = [_person_key(user_id)]
        if len(channel_id) == ID_LENGTH:
            keys.append(_channel_key(channel_id))
        items = self._get(keys, consistent=True)
        channel = next((_channel(item) for item in items if item["sk"] == "CHANNEL"), None)
        person = next((_person(item) for item in items if _is_person(item)), None)
        return channel, person

    def people(self, ids: Iterable[str]) -> Mapping[str, Person]:
        """Return those of the people who are known."""
        found = self._get([_person_key(one) for one in sorted(ids)], consistent=False)
        return {person.id: person for person in map(_person, filter(_is_person, found))}

    def learn(self, person: Person, sequence: int) -> None:
        """Keep a person, unless something as new or newer was heard of them."""
        item = {
            **_person_key(person.id),
            "id": person.id,
            "handle": person.handle,
            "name": person.name,
            "suspended": person.suspended or None,
            "sequence": sequence,
        }
        try:
            self.dynamodb.put_item(
                TableName=self.name,
                Item=to_attributes(item),
                ConditionExpression=f"{_ABSENT} OR #sequence < :sequence",
                ExpressionAttributeNames={"#sequence": "sequence"},
                ExpressionAttributeValues=to_attributes({":sequence": sequence}),
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException:
            return

    def _get(self, keys: list[Item], *, consistent: bool) -> list[Item]:
        found: list[Attributes] = []
        for start in range(0, len(keys), _BATCH):
            batch = [to_attributes(key) for key in keys[start : start + _BATCH]]
            asked: Any = {self.name: {"Keys": batch, "ConsistentRead": consistent}}
            while asked:
                answer = self.dynamodb.batch_get_item(RequestItems=asked)
                found += answer["Responses"].get(self.name, [])
                asked = answer.get("UnprocessedKeys")
        return [from_attributes(item) for item in found]


@dataclass(frozen=True)
class MessageTable:
    """The `messages` table.

    Parameters
    ----------
    dynamodb
        A boto3 DynamoDB client.
    name
        The table's.
    """

    dynamodb: Any = field(repr=False)
    name: str

    def add(self, message: Message) -> Message:
        """Keep a message unless its id is taken; return the one that is there."""
        item = {
            **_message_key(message.channel_id, message.id),
            "channel_id": message.channel_id,
            "message_id": message.id,
            "author": {"id": message.author.id, "handle": message.author.handle, "name": message.author.name},
            "text": message.text,
            "audience": message.audience,
            **outbox(MessageSentV1.TYPE, sequence=1, actor=message.author.id, at=message.sent_at),
        }
        there = self._put_once(item)
        if there and "deleted" in there:
            raise KeyReused
        return _message(there) if there else message

    def find(self, channel_id: str, message_id: str) -> Message | None:
        """Return a message by its id."""
        key = to_attributes(_message_key(channel_id, message_id))
        item = self.dynamodb.get_item(TableName=self.name, Key=key, ConsistentRead=True).get("Item")
        return _message(from_attributes(item)) if item and "deleted" not in item else None

    def claim(self, author: str, channel_id: str, key: str, message_id: str) -> str:
        """Remember which id a key stands for; return the id it has stood for since its first use."""
        forgotten = ULID.from_str(message_id).datetime + KEY_LIFE
        there = self._put_once(
            {
                "pk": f"K#{author}",
                "sk": f"{channel_id}#{key}",
                "message_id": message_id,
                "expires_at": int(forgotten.timestamp()),
            }
        )
        return str(there["message_id"]) if there else message_id

    def of_channel(self, channel_id: str, before: str | None, limit: int) -> tuple[list[Message], str | None]:
        """Return the messages of a channel, newest first, and where the rest starts.

        After many deleted ones the page is short, but has a rest.
        """
        found: list[Message] = []
        for _ in range(QUERIES_A_PAGE):
            items, before = _newest(self.dynamodb, self.name, f"C#{channel_id}", before, limit - len(found))
            found += [_message(item) for item in items if "deleted" not in item]
            if before is None or len(found) == limit:
                break
        return found, before

    def _put_once(self, item: Item) -> Item | None:
        """Put an item unless its key is taken; return what is there if it is."""
        try:
            self.dynamodb.put_item(
                TableName=self.name,
                Item=to_attributes(item),
                ConditionExpression=_ABSENT,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException as taken:
            return from_attributes(taken.response["Item"])
        return None


def _newest(
    dynamodb: Any, table: str, partition: str, before: str | None, limit: int
) -> tuple[list[Item], str | None]:
    """Read `M#…` items of a partition backwards; one more than asked tells whether there is a rest."""
    query: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :kind)",
        "ExpressionAttributeValues": to_attributes({":pk": partition, ":kind": "M#"}),
        "ScanIndexForward": False,
        "Limit": limit + 1,
    }
    if before:
        query["ExclusiveStartKey"] = to_attributes({"pk": partition, "sk": before})
    items = [from_attributes(item) for item in dynamodb.query(**query)["Items"]]
    rest = str(items[limit - 1]["sk"]) if len(items) > limit else None
    return items[:limit], rest


def _channel_key(channel_id: str) -> Item:
    return {"pk": f"C#{channel_id}", "sk": "CHANNEL"}


def _person_key(user_id: str) -> Item:
    return {"pk": f"P#{user_id}", "sk": "PERSON"}


def _message_key(channel_id: str, message_id: str) -> Item:
    return {"pk": f"C#{channel_id}", "sk": f"M#{message_id}"}


def _described(channel: Channel) -> Item:
    return {
        "channel_id": channel.id,
        "kind": channel.kind,
        "members": channel.members,
        "created_at": channel.created_at,
    }


def _membership(channel: Channel, member: str, opener: str) -> Item:
    """Return the item of one member, whose sort key puts a person's newest channel last."""
    return {
        "pk": f"U#{member}",
        "sk": f"M#{channel.created_at.isoformat(timespec='microseconds')}#{channel.id}",
        "user_id": member,
        **_described(channel),
        **outbox(MemberJoinedV1.TYPE, sequence=1, actor=opener, at=channel.created_at),
    }


def _channel(item: Item) -> Channel:
    return Channel(
        id=item["channel_id"],
        kind=item["kind"],
        members=tuple(item["members"]),
        created_at=datetime.fromisoformat(item["created_at"]),
        gone=tuple(item.get("gone", ())),
    )


def _is_person(item: Item) -> bool:
    return item["sk"] == "PERSON" and "deleted" not in item


def _person(item: Item) -> Person:
    return Person(item["id"], item["handle"], item["name"], item.get("suspended", False))


def _message(item: Item) -> Message:
    return Message(
        id=item["message_id"],
        channel_id=item["channel_id"],
        author=Person(**item["author"]),
        text=item["text"],
        sent_at=datetime.fromisoformat(item["_at"]),
        audience=tuple(item["audience"]),
    )
