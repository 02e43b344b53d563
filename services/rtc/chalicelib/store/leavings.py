"""What people who deleted their account leave in the `connections` table."""

from collections.abc import Sequence
from datetime import datetime

from contracts.transport.items import to_attributes

from chalicelib.model import Socket
from chalicelib.store.rows import CHANNEL, LEFT, MEMBER, key, person_key, seconds
from chalicelib.store.sockets import TOMBSTONE_KEPT, SocketTable
from chalicelib.store.table import dynamodb, table, write_all


class LeavingsTable:
    """Knows who left, and forgets what is theirs."""

    def __init__(self) -> None:
        self._sockets = SocketTable()

    def left(self, user_id: str) -> bool:
        """Tell whether a person has deleted their account."""
        answer = dynamodb().get_item(TableName=table(), Key=person_key(user_id))
        return LEFT in answer.get("Item", {})

    def bid_farewell(self, user_id: str, at: datetime) -> None:
        """Let no socket of a person open any more."""
        dynamodb().update_item(
            TableName=table(),
            Key=person_key(user_id),
            UpdateExpression=f"SET {LEFT} = :true, expires_at = :until",
            ExpressionAttributeValues=to_attributes({":true": True, ":until": seconds(at + TOMBSTONE_KEPT)}),
        )

    def sockets_of(self, users: Sequence[str]) -> Sequence[Socket]:
        """Return the open sockets of people."""
        return self._sockets.sockets_of(users)

    def forget_channels(self, user_id: str) -> None:
        """Forget in which channels a person is; last their own list, which says what there is to forget."""
        channels = self._sockets.channels_of(user_id)
        for keys in (
            [key(CHANNEL + channel, MEMBER + user_id) for channel in channels],
            [key(MEMBER + user_id, CHANNEL + channel) for channel in channels],
        ):
            write_all({"DeleteRequest": {"Key": one}} for one in keys)
