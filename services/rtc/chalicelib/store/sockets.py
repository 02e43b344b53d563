"""Sockets in the `connections` table: the aggregate that events are about, and the topics."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from contracts.transport.items import from_attributes, outbox, to_attributes

from chalicelib.conversation import Speaker
from chalicelib.delivery import Topic
from chalicelib.model import SOCKET_LIFETIME, Refused, Socket
from chalicelib.outbox import CLOSED, OPENED
from chalicelib.store.rows import (
    CHANNEL,
    LEFT,
    MEMBER,
    SOCKET,
    SUSPENSION,
    connection_key,
    key,
    person_key,
    seconds,
    socket_fields,
    socket_of,
    sockets_in,
)
from chalicelib.store.table import dynamodb, put_request, query, read_all, table, write_all
from chalicelib.suspension import Standing

TOMBSTONE_KEPT = timedelta(days=31)
"""Longer than the archive and any DLQ keep an event that speaks of the connection."""

OPENED_SEQUENCE, CLOSED_SEQUENCE = 1, 2
"""A connection changes twice: it opens and it closes."""


class SocketTable:
    """Keeps sockets for `opening`, `closing`, `membership`, `delivery` and `conversation`."""

    def join(self, socket: Socket) -> Sequence[Socket]:
        """Put a socket into its person's topic; return all that are there.

        No socket lives longer than one that opens now, so the row may go when that one has to.

        Raises
        ------
        Refused
            If the person has deleted their account.
        """
        client = dynamodb()
        try:
            answer = client.update_item(
                TableName=table(),
                Key=person_key(socket.user_id),
                UpdateExpression="SET #socket = :socket, expires_at = :until",
                ConditionExpression=f"attribute_not_exists({LEFT})",
                ExpressionAttributeNames={"#socket": SOCKET + socket.connection_id},
                ExpressionAttributeValues=to_attributes(
                    {":socket": socket_fields(socket), ":until": seconds(socket.opened_at + SOCKET_LIFETIME)}
                ),
                ReturnValues="ALL_NEW",
            )
        except client.exceptions.ConditionalCheckFailedException:
            raise Refused("the account is deleted") from None
        return list(sockets_in(from_attributes(answer["Attributes"])))

    def open(self, socket: Socket, language: str, now: datetime) -> None:
        """Write the connection, whose event says that it is open."""
        item = {
            "connection": socket.connection_id,
            "user_id": socket.user_id,
            "language": language,
            **socket_fields(socket),
            **outbox(OPENED, sequence=OPENED_SEQUENCE, actor=socket.user_id, at=now),
        }
        dynamodb().put_item(
            TableName=table(),
            Item={**connection_key(socket.connection_id), **to_attributes(item)},
            ConditionExpression="attribute_not_exists(pk)",
        )

    def close(self, socket: Socket, last_alive_at: datetime, now: datetime) -> None:
        """Turn the connection into a tombstone, whose event says that it closed; nothing if it is one."""
        changes = to_attributes(
            {
                "deleted": True,
                "last_alive_at": last_alive_at,
                "expires_at": seconds(now + TOMBSTONE_KEPT),
                **outbox(CLOSED, sequence=CLOSED_SEQUENCE, actor=None, at=now),
            }
        )
        client = dynamodb()
        try:
            client.update_item(
                TableName=table(),
                Key=connection_key(socket.connection_id),
                ConditionExpression="#sequence = :opened",
                **_replacing(changes, removed=("endpoint", "language", "opened_at", "_actor", "_trace")),
            )
        except client.exceptions.ConditionalCheckFailedException:
            return

    def forget(self, socket: Socket) -> None:
        """Take a socket out of every topic."""
        dynamodb().update_item(
            TableName=table(),
            Key=person_key(socket.user_id),
            UpdateExpression="REMOVE #socket",
            ExpressionAttributeNames={"#socket": SOCKET + socket.connection_id},
        )
        subscriptions = query(
            IndexName="by-connection",
            KeyConditionExpression="connection_id = :id",
            ExpressionAttributeValues={":id": {"S": socket.connection_id}},
        )
        write_all({"DeleteRequest": {"Key": key(row["pk"], row["sk"])}} for row in subscriptions)

    def speaker(self, connection_id: str) -> Speaker | None:
        """Return whose open socket that is."""
        answer = dynamodb().get_item(
            TableName=table(), Key=connection_key(connection_id), ConsistentRead=True
        )
        item = from_attributes(answer.get("Item", {}))
        if not item or item.get("deleted"):
            return None
        return Speaker(socket_of(connection_id, item["user_id"], item), item["language"])

    def sockets_of(self, users: Sequence[str]) -> Sequence[Socket]:
        """Return the open sockets of people: a hundred a request, since most of many are not there."""
        people = read_all(person_key(user) for user in dict.fromkeys(users))
        return [socket for person in people for socket in sockets_in(person)]

    def channel(self, channel_id: str) -> Topic:
        """Return who listens to a channel."""
        members, sockets = set(), []
        for row in _partition(CHANNEL + channel_id):
            if row["sk"].startswith(MEMBER):
                members.add(row["sk"].removeprefix(MEMBER))
            else:
                sockets.append(socket_of(row["connection_id"], row["user_id"], row))
        return Topic(frozenset(members), tuple(sockets))

    def channels_of(self, user_id: str) -> Sequence[str]:
        """Return the channels that a person's sockets subscribe to."""
        return self.standing_of(user_id).channels

    def standing_of(self, user_id: str) -> Standing:
        """Return the channels that a person's sockets subscribe to, and whether the person is suspended."""
        rows = list(_partition(MEMBER + user_id))
        channels = [row["sk"].removeprefix(CHANNEL) for row in rows if row["sk"].startswith(CHANNEL)]
        return Standing(channels, any(row["sk"] == SUSPENSION and row["suspended"] for row in rows))

    def keep_suspension(self, user_id: str, sequence: int, *, suspended: bool) -> bool:
        """Remember whether a person is suspended; False, and nothing, if newer is known."""
        row = {"pk": MEMBER + user_id, "sk": SUSPENSION, "suspended": suspended, "sequence": sequence}
        return self._put_unless_newer(row)

    def add_channel(self, user_id: str, channel_id: str, sequence: int) -> None:
        """Let a person's future sockets subscribe to a channel, unless a newer change is known."""
        self._put_unless_newer({"pk": MEMBER + user_id, "sk": CHANNEL + channel_id, "sequence": sequence})

    @staticmethod
    def _put_unless_newer(row: Mapping[str, Any]) -> bool:
        client, item = dynamodb(), to_attributes(row)
        try:
            client.put_item(
                TableName=table(),
                Item=item,
                ConditionExpression="attribute_not_exists(#sequence) OR #sequence <= :sequence",
                ExpressionAttributeNames={"#sequence": "sequence"},
                ExpressionAttributeValues={":sequence": item["sequence"]},
            )
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def subscribe(self, channels: Sequence[str], sockets: Sequence[Socket]) -> None:
        """Put sockets into the topics of channels."""
        write_all(
            put_request(
                {
                    "pk": CHANNEL + channel,
                    "sk": SOCKET + socket.connection_id,
                    "connection_id": socket.connection_id,
                    "user_id": socket.user_id,
                    **socket_fields(socket),
                }
            )
            for channel in channels
            for socket in sockets
        )

    def mark_complete(self, channel_id: str, user_id: str) -> None:
        """Note that every socket of a member is in the channel's topic."""
        dynamodb().put_item(TableName=table(), Item=key(CHANNEL + channel_id, MEMBER + user_id))


def _partition(pk: str) -> Any:
    return query(
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": pk}},
        ConsistentRead=True,
    )


def _replacing(changes: Mapping[str, Any], removed: Sequence[str]) -> dict[str, Any]:
    """Return an update that sets attributes and removes others, if the connection is still open."""
    kept = [name for name in removed if name not in changes]
    names = {f"#{name.lstrip('_')}": name for name in [*changes, *kept]}
    assignments = ", ".join(f"#{name.lstrip('_')} = :{name.lstrip('_')}" for name in changes)
    removals = ", ".join(f"#{name.lstrip('_')}" for name in kept)
    values = {f":{name.lstrip('_')}": value for name, value in changes.items()}
    return {
        "UpdateExpression": f"SET {assignments} REMOVE {removals}",
        "ExpressionAttributeNames": {"#sequence": "sequence", **names},
        "ExpressionAttributeValues": {":opened": {"N": str(OPENED_SEQUENCE)}, **values},
    }
