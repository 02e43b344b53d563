"""Between people of whom one blocks the other nothing new is said; what was said stays there to be read."""

from itertools import permutations

import pytest
from chalicelib.model import Channel, Parted, Person
from chalicelib.store.walls import WALL_LIFE, WallTable
from chalicelib.walls import Walls
from contracts.events.envelope import Event, event
from contracts.events.graph import BlockCreatedV1, BlockData, BlockRemovedV1
from contracts.http.idempotency import Idempotency
from contracts.transport.items import from_attributes
from memory_dynamodb import MemoryDynamo
from moments import Moments
from tests.fakes import AIKO, BEN, CHIE, NOON, Chat, MemoryChannels

BETWEEN = Channel.direct(AIKO.id, BEN.id, NOON).id


def blocked(sequence: int = 1, blocker: str = AIKO.id, other: str = BEN.id) -> Event[BlockData]:
    kind: type[BlockData] = BlockCreatedV1 if sequence % 2 else BlockRemovedV1
    subject = f"block/{blocker}/{other}"
    data = kind(blocker=blocker, blocked=other)
    return event(data, source="hidoki.posts", subject=subject, sequence=sequence, time=NOON)


def say(chat: Chat, channel: str, author: str, text: str = "はい") -> None:
    chat.messages.send(author, channel, text, Idempotency(None, ""))


@pytest.mark.parametrize("blocker", [AIKO, BEN])
def test_across_a_block_neither_opens_a_channel_nor_says_anything(chat: Chat, blocker: Person) -> None:
    channel = chat.between(AIKO, BEN)
    say(chat, channel, BEN.id)
    other = BEN if blocker is AIKO else AIKO
    Walls(chat.table).learn(blocked(1, blocker.id, other.id))
    for one, whom in ((AIKO, BEN), (BEN, AIKO)):
        with pytest.raises(Parted):
            chat.channels.open_direct(one.id, whom.id)
        with pytest.raises(Parted):
            say(chat, channel, one.id)
        assert [message.text for message in chat.messages.read(one.id, channel, None, 20)[0]] == ["はい"]
    say(chat, chat.between(BEN, CHIE), BEN.id)


def test_they_talk_again_when_the_last_block_is_lifted(chat: Chat) -> None:
    walls, channel = Walls(chat.table), chat.between(AIKO, BEN)
    for told in (blocked(1), blocked(1, BEN.id, AIKO.id), blocked(2)):
        walls.learn(told)
    with pytest.raises(Parted):
        say(chat, channel, AIKO.id)
    walls.learn(blocked(2, BEN.id, AIKO.id))
    say(chat, channel, AIKO.id)


def test_in_any_order_the_newest_that_was_heard_stands_in_the_table_as_in_the_fake() -> None:
    told = [blocked(1), blocked(2), blocked(3), blocked(1, BEN.id, AIKO.id)]
    for order in permutations(told):
        table = WallTable(MemoryDynamo(Moments(), lambda _table, _record: None), "channels", lambda: NOON)
        fake = MemoryChannels()
        for one in order:
            for store in (table, fake):
                Walls(store).learn(one)
            assert table.parted(BETWEEN) == fake.parted(BETWEEN)
        assert fake.parted(BETWEEN)


def test_a_block_that_ended_leaves_a_row_without_content_that_goes_in_time() -> None:
    dynamodb = MemoryDynamo(Moments(), lambda _table, _record: None)
    walls = Walls(WallTable(dynamodb, "channels", lambda: NOON))
    walls.learn(blocked(1))
    (lasting,) = map(from_attributes, dynamodb.items("channels"))
    assert "expires_at" not in lasting
    walls.learn(blocked(2))
    (ended,) = map(from_attributes, dynamodb.items("channels"))
    assert ended["expires_at"] == int((NOON + WALL_LIFE).timestamp())
    assert set(ended) == {"pk", "sk", "sequence", "deleted", "expires_at"}
