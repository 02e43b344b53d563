"""Events that the rtc service publishes: which sockets are open."""

from datetime import datetime

from contracts.events.envelope import EventData


class ConnectionOpenedV1(EventData):
    """A person opened a socket. Subject `connection/<id>`."""

    TYPE = "connection.opened.v1"

    connection_id: str
    """The socket, as API Gateway names it."""
    user_id: str
    """Who opened it."""
    expires_at: datetime
    """When it will be closed at the latest."""


class ConnectionClosedV1(EventData):
    """A socket is gone; the person was last proven alive at `last_alive_at`. Subject `connection/<id>`."""

    TYPE = "connection.closed.v1"

    connection_id: str
    """The socket, as API Gateway names it."""
    user_id: str
    """Whose it was."""
    last_alive_at: datetime
    """When the person was last heard of."""
