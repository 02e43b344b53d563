"""The rows of the `connections` table.

| pk | sk | is |
|---|---|---|
| `ticket:<digest>` | `ticket` | an unused ticket |
| `connection:<id>` | `connection` | a connection, which the events are about; a tombstone once closed |
| `user:<id>` | `sockets` | a person's own topic: one attribute per open socket; `deleted`: their account is |
| `channel:<id>` | `socket:<id>` | a socket in a channel's topic; in the index `by-connection` |
| `channel:<id>` | `member:<user>` | this member's sockets are all in the channel's topic |
| `member:<user>` | `channel:<id>` | a channel of a person |
| `member:<user>` | `suspension` | whether a person is suspended |

Times are whole seconds, as TTL wants them.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from contracts.transport.items import Item

from chalicelib.model import Address, Socket

Key = dict[str, dict[str, str]]

SOCKET = "socket:"
LEFT = "deleted"
MEMBER = "member:"
CHANNEL = "channel:"
SUSPENSION = "suspension"


def key(pk: str, sk: str) -> Key:
    """Return a key for DynamoDB's wire."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def ticket_key(digest: str) -> Key:
    """Return the key of a ticket."""
    return key(f"ticket:{digest}", "ticket")


def connection_key(connection_id: str) -> Key:
    """Return the key of a connection."""
    return key(f"connection:{connection_id}", "connection")


def person_key(user_id: str) -> Key:
    """Return the key of a person's own topic."""
    return key(f"user:{user_id}", "sockets")


def seconds(time: datetime) -> int:
    """Return a time as the table keeps it."""
    return int(time.timestamp())


def moment(seconds_: int) -> datetime:
    """Return a time that the table kept."""
    return datetime.fromtimestamp(seconds_, UTC)


def socket_fields(socket: Socket) -> Item:
    """Return what any row keeps of a socket, but for its id and person."""
    return {
        "endpoint": socket.address.endpoint,
        "opened_at": seconds(socket.opened_at),
        "expires_at": seconds(socket.expires_at),
    }


def socket_of(connection_id: str, user_id: str, fields: Mapping[str, Any]) -> Socket:
    """Return the socket that a row keeps."""
    return Socket(
        Address(fields["endpoint"], connection_id),
        user_id,
        moment(fields["opened_at"]),
        moment(fields["expires_at"]),
    )


def sockets_in(person: Item) -> Iterator[Socket]:
    """Return the sockets of a person's own topic."""
    user_id = person["pk"].removeprefix("user:")
    for name, fields in person.items():
        if name.startswith(SOCKET):
            yield socket_of(name.removeprefix(SOCKET), user_id, fields)
