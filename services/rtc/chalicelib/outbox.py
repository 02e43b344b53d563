"""What a changed item of the `connections` table says to the other services."""

from datetime import UTC, datetime

from contracts.events.rtc import ConnectionClosedV1, ConnectionOpenedV1
from contracts.transport.items import Item
from contracts.transport.relay import Outgoing

OPENED = ConnectionOpenedV1.TYPE
CLOSED = ConnectionClosedV1.TYPE


def outgoing(item: Item) -> Outgoing:
    """Return the event of a connection that opened or closed."""
    connection_id, user_id = item["connection"], item["user_id"]
    subject = f"connection/{connection_id}"
    if item["_event"] == OPENED:
        expires_at = datetime.fromtimestamp(item["expires_at"], UTC)
        opened = ConnectionOpenedV1(connection_id=connection_id, user_id=user_id, expires_at=expires_at)
        return Outgoing(subject, opened)
    if item["_event"] == CLOSED:
        last_alive_at = datetime.fromisoformat(item["last_alive_at"])
        closed = ConnectionClosedV1(connection_id=connection_id, user_id=user_id, last_alive_at=last_alive_at)
        return Outgoing(subject, closed)
    raise ValueError(f"connections do not publish {item['_event']!r}")
