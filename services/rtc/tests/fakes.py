"""The ports of rtc in memory, with the meaning that the table and the gateway give them."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from chalicelib.conversation import Speaker
from chalicelib.delivery import Topic
from chalicelib.model import Address, Socket, Ticket
from chalicelib.sending import Gone
from chalicelib.suspension import Standing

NOW = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)
ENDPOINT = "https://gateway.test/api"


def address(connection_id: str) -> Address:
    return Address(ENDPOINT, connection_id)


def socket(
    connection_id: str,
    user_id: str = "aiko",
    opened_at: datetime = NOW - timedelta(minutes=1),
    lives: timedelta = timedelta(hours=1),
) -> Socket:
    return Socket(address(connection_id), user_id, opened_at, opened_at + lives)


class FakeTickets:
    def __init__(self) -> None:
        self.kept: dict[str, Ticket] = {}

    def put(self, key: str, ticket: Ticket) -> None:
        self.kept[key] = ticket

    def take(self, key: str, now: datetime) -> Ticket | None:
        ticket = self.kept.get(key)
        if ticket is None or ticket.expires_at <= now:
            return None
        return self.kept.pop(key)


class FakeSockets:
    """`before` runs before every step, so that a test can let something else happen there."""

    def __init__(self, before: Callable[[], None] = lambda: None) -> None:
        self.before = before
        self.people: dict[str, list[Socket]] = {}
        self.connections: dict[str, Speaker | None] = {}
        self.topics: dict[str, list[Socket]] = {}
        self.members: dict[str, dict[str, int]] = {}
        self.suspensions: dict[str, tuple[bool, int]] = {}
        self.marks: set[tuple[str, str]] = set()
        self.events: list[tuple[str, str] | tuple[str, str, datetime]] = []

    def join(self, socket: Socket) -> list[Socket]:
        self.before()
        self.people.setdefault(socket.user_id, []).append(socket)
        return list(self.people[socket.user_id])

    def open(self, socket: Socket, language: str, now: datetime) -> None:
        self.before()
        assert socket.connection_id not in self.connections
        self.connections[socket.connection_id] = Speaker(socket, language)
        self.events.append(("opened", socket.connection_id))

    def close(self, socket: Socket, last_alive_at: datetime, now: datetime) -> None:
        self.before()
        if self.connections.get(socket.connection_id) is not None:
            self.connections[socket.connection_id] = None
            self.events.append(("closed", socket.connection_id, last_alive_at))

    def forget(self, socket: Socket) -> None:
        self.before()
        for sockets in [*self.people.values(), *self.topics.values()]:
            if socket in sockets:
                sockets.remove(socket)

    def speaker(self, connection_id: str) -> Speaker | None:
        self.before()
        return self.connections.get(connection_id)

    def sockets_of(self, users: Sequence[str]) -> list[Socket]:
        self.before()
        return [socket for user in dict.fromkeys(users) for socket in self.people.get(user, [])]

    def channel(self, channel_id: str) -> Topic:
        self.before()
        members = {user for channel, user in self.marks if channel == channel_id}
        return Topic(frozenset(members), tuple(self.topics.get(channel_id, [])))

    def channels_of(self, user_id: str) -> list[str]:
        self.before()
        return list(self.members.get(user_id, {}))

    def standing_of(self, user_id: str) -> Standing:
        self.before()
        suspended, _ = self.suspensions.get(user_id, (False, 0))
        return Standing(list(self.members.get(user_id, {})), suspended)

    def keep_suspension(self, user_id: str, sequence: int, *, suspended: bool) -> bool:
        self.before()
        if self.suspensions.get(user_id, (False, 0))[1] > sequence:
            return False
        self.suspensions[user_id] = suspended, sequence
        return True

    def add_channel(self, user_id: str, channel_id: str, sequence: int) -> None:
        self.before()
        channels = self.members.setdefault(user_id, {})
        channels[channel_id] = max(sequence, channels.get(channel_id, 0))

    def subscribe(self, channels: Sequence[str], sockets: Sequence[Socket]) -> None:
        for channel in channels:
            for one in sockets:
                self.before()
                topic = self.topics.setdefault(channel, [])
                if one not in topic:
                    topic.append(one)

    def mark_complete(self, channel_id: str, user_id: str) -> None:
        self.before()
        self.marks.add((channel_id, user_id))


class FakeSender:
    """A gateway: `present` are connected, `broken` fail; everyone else is gone."""

    def __init__(self, *present: str, broken: Iterable[str] = ()) -> None:
        self.present = {*present}
        self.broken = {*broken}
        self.sent: list[tuple[str, str]] = []
        self.hung_up: list[str] = []

    def send(self, address: Address, frame: str) -> None:
        if address.connection_id in self.broken:
            raise ConnectionError("the gateway stumbles")
        if address.connection_id not in self.present:
            raise Gone(address.connection_id)
        self.sent.append((address.connection_id, frame))

    def hang_up(self, address: Address) -> None:
        self.hung_up.append(address.connection_id)
        self.present.discard(address.connection_id)

    def heard(self) -> Counter[str]:
        """How many frames each connection got."""
        return Counter(connection_id for connection_id, _ in self.sent)
