"""Everybody hears once of what concerns them, in inbox or on the phone, whatever happens on the way."""

from contextlib import nullcontext
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from chalicelib.devices import Devices
from chalicelib.inbox import Inbox
from chalicelib.model import Device, notification_id
from chalicelib.outbox import outgoing
from chalicelib.people import People
from chalicelib.presence import Presence
from chalicelib.pushing import CATCH_UP, Message, Pushing
from chalicelib.store.notifications import NotificationTable
from chalicelib.store.readers import ReaderTable
from chalicelib.store.silences import SilenceTable
from contracts.events.acts import ReactionChangedV1
from contracts.events.chat import MessageSentV1
from contracts.events.envelope import Event
from contracts.events.graph import FollowCreatedV1, FollowRequestedV1
from contracts.events.notify import NotificationCreatedV2
from contracts.events.posts import PostPublishedV2, ProfileCreatedV1, ProfileData, ProfileUpdatedV1
from contracts.events.rtc import ConnectionClosedV1, ConnectionOpenedV1
from contracts.transport.consume import QueueConsumer
from contracts.transport.items import Item, from_attributes, to_attributes
from contracts.transport.relay import Relay
from delivery_machine import Command, machine
from delivery_proof import SCHEDULES, dropping, loses, prove
from moments import Moments
from simulated_cloud import Cloud
from simulated_queue import MAX_RECEIVES
from tests.fakes import MemoryPush
from tests.neighbours import PEOPLE, Neighbours, heard_of

COMMANDS: list[Command] = [
    *(("message", *pair) for pair in ((0, 1), (1, 0), (2, 0), (2, 0))),
    *(("follow", *pair) for pair in ((0, 1), (1, 0), (2, 0))),
    *(("post", *people) for people in ((0, None, None), (1, 0, None), (1, 0, 0), (2, 0, 1), (0, 0, 0))),
    *(("open_socket", user) for user in (0, 0, 0, 1)),
    *(("close_socket", user, silent) for user in (0, 1) for silent in (0, 10)),
    *(("change_profile", 0, locale) for locale in ("ja", "en")),
    *(("register", user) for user in range(2)),
    ("stumble", 0),
]


class Phones(MemoryPush):
    """A push service with a moment before and after each push."""

    def __init__(self, moments: Moments) -> None:
        super().__init__()
        self.moments = moments

    def send(self, device: Device, message: Message) -> None:
        self.moments.around(lambda: super(Phones, self).send(device, message))


class Careless(ReaderTable):
    """A table that keeps what it heard last, not what is newest."""

    def put_newer(self, item: Item) -> None:
        self.dynamodb.put_item(TableName=self.name, Item=to_attributes(item))


class Hasty(Presence):
    """Presence that removes a socket which seemed open, and forgets what was not pushed meanwhile."""

    def opened(self, event: Event[ConnectionOpenedV1]) -> None:
        Presence(self.sockets, lambda _user, _since: None).opened(event)


class NotifyWorld:
    """Notify beside services of which it only hears; Aiko, Ben and Chie each have a phone."""

    def __init__(
        self, readers: type[ReaderTable] = ReaderTable, following: type[Presence] = Presence
    ) -> None:
        self.cloud = cloud = Cloud()
        self.readers = readers(cloud.dynamodb, "devices")
        self.push = Phones(cloud.moments)
        self.devices = Devices(self.readers, self.push, cloud.clock)
        inboxes = NotificationTable(cloud.dynamodb, "notifications")
        silences = SilenceTable(cloud.dynamodb, "devices")
        inbox = Inbox(inboxes, self.readers, silences, cloud.clock)
        pushing = Pushing(self.push, self.readers, inboxes, cloud.clock)
        presence = following(self.readers, pushing.catch_up)
        learn = People(self.readers).learn
        relay = Relay("notify", outgoing, "bus", cloud, cloud.parking("notifications"), pause=lambda _: None)
        cloud.relay("notifications", relay)
        self._consume(
            "notify-inbox",
            {
                PostPublishedV2: inbox.post_published,
                FollowCreatedV1: inbox.follow_created,
                FollowRequestedV1: inbox.follow_requested,
                MessageSentV1: inbox.message_sent,
                ReactionChangedV1: inbox.reaction_changed,
            },
        )
        self._consume(
            "notify-presence", {ConnectionOpenedV1: presence.opened, ConnectionClosedV1: presence.closed}
        )
        self._consume("notify-people", {ProfileCreatedV1: learn, ProfileUpdatedV1: learn})
        self._consume("notify-push", {NotificationCreatedV2: pushing.created})
        self.neighbours = Neighbours(cloud.emit, cloud.clock)
        for user in range(3):
            self.register(user)

    def _consume(self, name: str, handlers: Any) -> None:
        parking = self.cloud.parking(name)
        self.cloud.connect(name, QueueConsumer(name, handlers, parking, max_receives=MAX_RECEIVES))

    def __getattr__(self, command: str) -> Any:
        """Whatever is no command of notify's own happens at its neighbours."""
        return getattr(self.neighbours, command)

    def register(self, user: int) -> None:
        """Register someone's phone, once more as apps do."""
        self.devices.register(PEOPLE[user].id, "ios", f"phone of {user}")

    def stumble(self, user: int) -> None:
        """Let the push service fail for a phone, or no longer."""
        self.push.failing ^= {f"phone of {user}"}

    def mend(self) -> None:
        """Let the push service reach every phone."""
        self.push.failing.clear()

    def check(self) -> None:
        """Compare inboxes, presence, people and phones with what happened."""
        notifications = [from_attributes(item) for item in self.cloud.dynamodb.items("notifications")]
        told = self.neighbours.told
        times = {one.fact_id: one.time for one in told}
        expected = sorted(
            (user, kind, who.id, notification_id(event, user, times[event]))
            for user, kind, who, event in heard_of(told)
        )
        found = sorted(
            (n["user_id"], n["kind"], n["person"]["id"], n["notification_id"]) for n in notifications
        )
        assert found == expected
        facts = {
            ("notification.created.v2", f"notification/{n['notification_id']}", 1) for n in notifications
        }
        assert {fact for fact in self.cloud.facts() if fact[0].startswith("notification.")} == facts
        self._check_readers()
        self._check_phones(notifications)

    def _check_readers(self) -> None:
        """The newest word of each person stands, and the sockets that are open are known as such."""
        rows = [from_attributes(item) for item in self.cloud.dynamodb.items("devices", "U#")]
        newest = {one.data.user_id: one for one in self.neighbours.told if isinstance(one.data, ProfileData)}
        assert {row["pk"][2:]: row["locale"] for row in rows if row["sk"] == "PERSON"} == {
            user: one.data.locale for user, one in newest.items()
        }
        still_open = {
            (PEOPLE[user].id, name) for user, names in self.neighbours.open.items() for name in names
        }
        sockets = {(row["pk"][2:], row["sk"].removeprefix("SOCKET#")) for row in rows if "until" in row}
        assert sockets == still_open

    def _check_phones(self, notifications: list[Item]) -> None:
        """Who was not there after a notification was made has it on the phone, and it shows there once."""
        shown = {(token, message.collapse_key) for token, message in self.push.sent}
        for user, person in enumerate(PEOPLE):
            mine = {
                n["notification_id"]: datetime.fromisoformat(n["_at"])
                for n in notifications
                if n["user_id"] == person.id
            }
            token = f"phone of {user}"
            assert {key for to, key in shown if to == token} <= set(mine), "somebody else's"
            if self.neighbours.open[user] or len(mine) > CATCH_UP:
                continue
            seen_at = [
                one.data.last_alive_at
                for one in self.neighbours.told
                if isinstance(one.data, ConnectionClosedV1) and one.data.user_id == person.id
            ]
            missed = [key for key, made in mine.items() if not any(made < seen for seen in seen_at)]
            lost = [key for key in missed if (token, key) not in shown]
            assert not lost, f"{person.name} never heard of {lost}"
        told = {(token, message.collapse_key, str(message.data)) for token, message in self.push.sent}
        assert len(told) == len(shown), "one notification, told in two ways"


Notifying = machine(NotifyWorld, COMMANDS)


def test_under_every_schedule_everybody_hears_once_of_what_concerns_them() -> None:
    prove(Notifying, SCHEDULES["notify"])


def test_consumers_that_drop_every_fiftieth_event_are_caught() -> None:
    assert "assert" in loses(dropping(Notifying), 1_000)


def test_a_read_model_that_takes_stale_news_over_newer_is_caught() -> None:
    assert "assert" in loses(machine(partial(NotifyWorld, Careless), COMMANDS), 1_000)


@pytest.mark.parametrize(("following", "misses"), [(Presence, False), (Hasty, True)])
def test_in_the_schedule_that_once_lost_a_push_it_is_pushed(following: type[Presence], misses: bool) -> None:
    world = NotifyWorld(following=following)
    cloud = world.cloud
    world.open_socket(1)
    world.close_socket(1, 0)
    cloud.deliver("notify-presence", [1])  # the end before the beginning
    world.message(0, 1)
    cloud.deliver("notify-inbox", [0])
    cloud.relay_batch("notifications", [0])

    def push() -> None:
        assert cloud.deliver("notify-push", [0])

    cloud.moments.plan(3, push)
    cloud.deliver("notify-presence", [0])  # seems open when the push looks
    cloud.settle()
    with pytest.raises(AssertionError, match="never heard") if misses else nullcontext():
        world.check()
