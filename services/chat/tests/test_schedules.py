"""Chat knows everybody's newest name, and tells of each channel and message, whatever happens on the way."""

from contextlib import suppress
from functools import partial

from chalicelib.channels import Channels
from chalicelib.messages import Messages
from chalicelib.model import ChannelUnknown, Person, PersonUnknown, ProfileRequired
from chalicelib.outbox import outgoing
from chalicelib.people import People
from chalicelib.store.tables import ChannelTable, MessageTable
from chalicelib.store.walls import WallTable
from contracts.events.envelope import Event, EventData, event
from contracts.events.posts import (
    AccountReinstatedV1,
    AccountSuspendedV1,
    ProfileCreatedV1,
    ProfileData,
    ProfileUpdatedV1,
)
from contracts.http.idempotency import Idempotency
from contracts.transport.consume import Handler, QueueConsumer
from contracts.transport.items import from_attributes, to_attributes
from contracts.transport.relay import Relay
from delivery_machine import Command, machine
from delivery_proof import SCHEDULES, dropping, loses, prove
from simulated_cloud import Cloud
from simulated_queue import MAX_RECEIVES
from ulid import ULID

USERS = ("aiko", "ben", "chie")

COMMANDS: list[Command] = [
    *(("change_profile", user) for user in (*USERS, *USERS)),
    *(("open", *pair) for pair in (("aiko", "ben"), ("ben", "aiko"), ("chie", "aiko"))),
    *(("say", number) for number in (0, 1, 2)),
    ("say_again", 0),
]


class Careless(ChannelTable):
    """A table that keeps what it heard last, not what is newest."""

    def learn(self, person: Person, sequence: int) -> None:
        row = {"pk": f"P#{person.id}", "sk": "PERSON", "id": person.id, "handle": person.handle}
        item = to_attributes({**row, "name": person.name, "sequence": sequence})
        self.dynamodb.put_item(TableName=self.name, Item=item)


class ChatWorld:
    """Chat beside a posts service of which it only hears."""

    def __init__(self, table: type[ChannelTable] = ChannelTable) -> None:
        self.cloud = cloud = Cloud()
        self.told: list[Event[ProfileData]] = []
        self.opened: list[tuple[str, str]] = []
        self.keys: list[tuple[str, str, str]] = []
        channels = table(cloud.dynamodb, "channels")
        walls = WallTable(cloud.dynamodb, "channels", cloud.clock)
        self.channels = Channels(channels, channels, walls, cloud.clock)
        self.messages = Messages(MessageTable(cloud.dynamodb, "messages"), channels, walls, cloud.clock)
        for name in ("channels", "messages"):
            parking = cloud.parking(name)
            cloud.relay(name, Relay("chat", outgoing, "bus", cloud, parking, pause=lambda _: None))
        learn, parking = People(channels).learn, cloud.parking("chat-people")
        kinds = (ProfileCreatedV1, ProfileUpdatedV1, AccountSuspendedV1, AccountReinstatedV1)
        handlers: dict[type[EventData], Handler] = dict.fromkeys(kinds, learn)
        consumer = QueueConsumer("chat-people", handlers, parking, max_receives=MAX_RECEIVES)
        cloud.connect("chat-people", consumer)

    def change_profile(self, user: str) -> None:
        """Join, or take another name."""
        subject = f"profile/{user}"
        sequence = sum(one.subject == subject for one in self.told) + 1
        kind: type[ProfileData] = ProfileCreatedV1 if sequence == 1 else ProfileUpdatedV1
        data = kind(user_id=user, handle=user, name=f"{user} the {sequence}.")
        one = event(data, source="hidoki.posts", subject=subject, sequence=sequence, time=self.cloud.clock())
        self.told.append(one)
        self.cloud.emit(one)

    def open(self, opener: str, other: str) -> None:
        """Open the channel of two people."""
        with suppress(ProfileRequired, PersonUnknown):
            seats = self.channels.open_direct(opener, other)
            self.opened.append((opener, seats.channel.id))

    def say(self, number: int) -> None:
        """Say something in a channel that was opened."""
        if self.opened:
            author, channel = self.opened[number % len(self.opened)]
            made = int(self.cloud.clock().timestamp() * 1000).to_bytes(6)
            self.keys.append((author, channel, str(ULID.from_bytes(made + len(self.keys).to_bytes(10)))))
            self._send(*self.keys[-1])

    def say_again(self, number: int) -> None:
        """Send the last message once more, as a client does that got no answer."""
        if self.keys:
            author, channel, key = self.keys[-1]
            if Idempotency(key, "").ulid(self.cloud.clock()):
                self._send(author, channel, key)

    def mend(self) -> None:
        """Nothing here breaks but what the moments refuse."""

    def check(self) -> None:
        """Compare people with the newest word of each, and what was told with what is in the tables."""
        people = {
            item["id"]: item["name"]
            for item in map(from_attributes, self.cloud.dynamodb.items("channels", "P#"))
        }
        assert people == {one.data.user_id: one.data.name for one in self.told}
        facts: set[tuple[str, str, int]] = set()
        for table in ("channels", "messages"):
            for item in map(from_attributes, self.cloud.dynamodb.items(table)):
                match item.get("_event"):
                    case "channel.created.v1" as kind:
                        facts.add((kind, f"channel/{item['channel_id']}", 1))
                    case "member.joined.v1" as kind:
                        facts.add((kind, f"member/{item['channel_id']}/{item['user_id']}", 1))
                    case "message.sent.v1" as kind:
                        facts.add((kind, f"message/{item['channel_id']}/{item['message_id']}", 1))
        assert {fact for fact in self.cloud.facts() if not fact[0].startswith("profile.")} == facts
        said = [
            item for item in map(from_attributes, self.cloud.dynamodb.items("messages")) if "text" in item
        ]
        assert {item["message_id"] for item in said} <= {key for _, _, key in self.keys}

    def _send(self, author: str, channel: str, key: str) -> None:
        with suppress(ChannelUnknown, ProfileRequired):
            self.messages.send(author, channel, f"こんにちは {key}", Idempotency(key, ""))


Chatting = machine(ChatWorld, COMMANDS)


def test_under_every_schedule_chat_knows_the_newest_names_and_tells_what_was_said() -> None:
    prove(Chatting, SCHEDULES["chat"])


def test_a_consumer_that_drops_every_fiftieth_event_is_caught() -> None:
    assert "assert" in loses(dropping(Chatting), 1_000)


def test_a_read_model_that_takes_stale_names_over_newer_is_caught() -> None:
    assert "assert" in loses(machine(partial(ChatWorld, Careless), COMMANDS), 1_000)
