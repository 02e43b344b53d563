"""The table's adapters on the local cloud."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from chalicelib.conversation import Speaker
from chalicelib.model import SOCKET_LIFETIME, Address, Socket, Ticket, whole_seconds
from chalicelib.outbox import outgoing
from chalicelib.store.rows import connection_key, ticket_key
from chalicelib.store.sockets import TOMBSTONE_KEPT, SocketTable
from chalicelib.store.table import dynamodb, read_all, table
from chalicelib.store.tickets import TicketTable
from contracts.events.rtc import ConnectionClosedV1
from contracts.transport.items import Item, from_attributes

pytestmark = pytest.mark.cloud

NOW = whole_seconds(datetime.now(UTC))


def fresh() -> str:
    return uuid4().hex


def socket(user: str) -> Socket:
    return Socket(Address("http://gateway.test/api", f"{fresh()[:13]}="), user, NOW, NOW + timedelta(hours=1))


def connection_row(one: Socket) -> Item:
    answer = dynamodb().get_item(TableName=table(), Key=connection_key(one.connection_id))
    return from_attributes(answer["Item"])


@pytest.fixture
def sockets() -> SocketTable:
    return SocketTable()


def test_a_ticket_is_taken_once_and_is_gone() -> None:
    key, ticket = fresh(), Ticket("aiko", NOW + timedelta(hours=1), NOW + timedelta(seconds=60))
    TicketTable().put(key, ticket)
    assert TicketTable().take(key, NOW) == ticket
    assert TicketTable().take(key, NOW) is None
    assert list(read_all([ticket_key(key)])) == []


def test_a_ticket_is_not_taken_from_the_second_it_expires() -> None:
    key = fresh()
    TicketTable().put(key, Ticket("aiko", NOW + timedelta(hours=1), NOW))
    assert TicketTable().take(key, NOW) is None
    assert TicketTable().take(key, NOW - timedelta(seconds=1))


def test_a_person_is_found_with_all_their_sockets_and_forgotten_one_by_one(sockets: SocketTable) -> None:
    user = fresh()
    first, second = socket(user), socket(user)
    assert sockets.join(first) == [first]
    assert {*sockets.join(second)} == {first, second}
    assert {*sockets.sockets_of([user, user, fresh()])} == {first, second}
    sockets.forget(first)
    assert sockets.sockets_of([user]) == [second]


def test_who_is_online_among_2500_is_read_a_hundred_at_a_time(sockets: SocketTable) -> None:
    online = [fresh() for _ in range(3)]
    for user in online:
        sockets.join(socket(user))
    everybody = [fresh() for _ in range(2_497)]
    everybody[100:100], everybody[1_900:1_900], everybody[2_499:] = online[:1], online[1:2], online[2:]
    requests: list[str] = []
    dynamodb().meta.events.register(
        "before-call.dynamodb.*", lambda model, **_: requests.append(model.name), unique_id="count"
    )
    try:
        assert {one.user_id for one in sockets.sockets_of(everybody)} == {*online}
    finally:
        dynamodb().meta.events.unregister("before-call.dynamodb.*", unique_id="count")
    assert requests == ["BatchGetItem"] * 25


def test_a_persons_row_outlives_their_last_socket_and_no_longer(sockets: SocketTable) -> None:
    user = fresh()
    sockets.join(socket(user))
    key = {"pk": {"S": f"user:{user}"}, "sk": {"S": "sockets"}}
    (row,) = read_all([key])
    assert row["expires_at"] == int((NOW + SOCKET_LIFETIME).timestamp())


def test_a_connection_opens_with_an_event_and_its_speaker_is_known(sockets: SocketTable) -> None:
    one = socket(fresh())
    sockets.open(one, "ja", NOW)
    row = connection_row(one)
    assert (row["sequence"], row["_actor"]) == (1, one.user_id)
    said = outgoing(row)
    assert said.data.model_dump() == {
        "connection_id": one.connection_id,
        "user_id": one.user_id,
        "expires_at": one.expires_at,
    }
    assert sockets.speaker(one.connection_id) == Speaker(one, "ja")


def test_a_connection_closes_once_with_the_next_sequence_and_leaves_a_tombstone(sockets: SocketTable) -> None:
    one = socket(fresh())
    sockets.open(one, "ja", NOW)
    alive = NOW + timedelta(seconds=1)
    sockets.close(one, alive, NOW)
    sockets.close(one, NOW + timedelta(hours=1), NOW)
    row = connection_row(one)
    assert (row["sequence"], row["deleted"]) == (2, True)
    assert row["expires_at"] == int((NOW + TOMBSTONE_KEPT).timestamp())
    assert not {"endpoint", "language", "opened_at", "_actor"} & {*row}
    said = outgoing(row).data
    assert isinstance(said, ConnectionClosedV1)
    assert said.last_alive_at == alive
    assert sockets.speaker(one.connection_id) is None


def test_a_connection_that_never_opened_does_not_close(sockets: SocketTable) -> None:
    one = socket(fresh())
    sockets.close(one, NOW, NOW)
    assert list(read_all([connection_key(one.connection_id)])) == []


def test_a_channels_topic_has_its_sockets_and_its_complete_members(sockets: SocketTable) -> None:
    channel, one, other = fresh(), socket("aiko"), socket("ben")
    sockets.subscribe([channel], [one, other])
    sockets.mark_complete(channel, "aiko")
    topic = sockets.channel(channel)
    assert topic.members == {"aiko"}
    assert {*topic.sockets} == {one, other}
    sockets.forget(other)
    assert sockets.channel(channel).sockets == (one,)


def test_a_closed_socket_leaves_all_of_200_channels(sockets: SocketTable) -> None:
    one, channels = socket(fresh()), [fresh() for _ in range(200)]
    sockets.subscribe(channels, [one])
    sockets.forget(one)
    assert all(sockets.channel(channel).sockets == () for channel in channels)


def test_a_channel_is_a_persons_once_and_an_older_change_does_not_undo_a_newer(sockets: SocketTable) -> None:
    user, channel = fresh(), fresh()
    for sequence in (2, 2, 1):
        sockets.add_channel(user, channel, sequence)
    assert sockets.channels_of(user) == [channel]
    (row,) = read_all([{"pk": {"S": f"member:{user}"}, "sk": {"S": f"channel:{channel}"}}])
    assert row["sequence"] == 2
