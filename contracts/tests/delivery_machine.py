"""The machine that proves delivery: Hypothesis picks what happens when; at the end everything must be there.

A service gives its world, that is its real outbox, consumers and adapters on a simulated cloud, and its
commands; the machine knows all that may go wrong between them. See docs/delivery.md.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, ClassVar, Protocol

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from moments import crash, refuse
from simulated_cloud import Cloud

type Command = tuple[Any, ...]
"""The name of a method of the world, and its arguments."""

GARBAGE = (
    "{",
    '{"detail-type": "post.published.v9", "detail": {}}',
    '{"detail-type": "profile.created.v1", "detail": {"id": 1}}',
)
"""Messages that no consumer can handle."""


class World(Protocol):
    """A service on a simulated cloud."""

    cloud: Cloud

    def mend(self) -> None:
        """End the faults of what is the service's own, such as a gateway that stumbles."""

    def check(self) -> None:
        """Compare what the service made of the events with what a plain function makes of the writes."""


class DeliveryMachine(RuleBasedStateMachine):
    """What all services' machines share; `machine` adds the commands."""

    make: ClassVar[Callable[[], World]]
    schedules: ClassVar[int] = 0
    tally: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.world = type(self).make()
        self.cloud = self.world.cloud
        self.tables, self.consumers = [*self.cloud.streams], [*self.cloud.queues]

    def act(self, command: Command) -> None:
        """Do a command as an API function does, which may die or be refused half-way."""
        name, *arguments = command
        self.cloud.run(lambda: getattr(self.world, name)(*arguments))

    def move(self, pick: int, picks: int) -> None:
        """Deliver a batch of some stream or queue that holds something."""
        streams, queues = self.cloud.streams, self.cloud.queues
        places = [
            *(name for name in self.tables if streams[name].records),
            *(name for name in self.consumers if queues[name].waiting),
        ]
        if not places:
            return
        place = places[pick % len(places)]
        if place in self.tables:
            self.cloud.relay_batch(place, _digits(picks))
        else:
            self.cloud.deliver(place, _digits(picks))

    def move_all(self, picks: int) -> None:
        """Deliver a batch of each stream, then of each queue."""
        for name in self.tables:
            self.cloud.relay_batch(name, _digits(picks))
        for name in self.consumers:
            self.cloud.deliver(name, _digits(picks))

    def overtake(self, picks: int) -> None:
        """Let a slow consumer's messages become visible again, and another one handle them."""
        for name in self.consumers:
            queue = self.cloud.queues[name]
            if queue.held:
                queue.run_out()
                self.cloud.deliver(name, _digits(picks))

    def teardown(self) -> None:
        """Deliver all that is left and judge."""
        cls = type(self)
        cls.schedules += 1
        cls.tally.update(
            self.cloud.tally, moments=self.cloud.moments.passed, faults=self.cloud.moments.happened
        )
        self.world.mend()
        self.cloud.settle()
        self.world.check()
        cls.tally["events"] += len(self.cloud.published)


def machine(make: Callable[[], World], vocabulary: Sequence[Command]) -> type[DeliveryMachine]:
    """Return the machine of a service: its world, and all commands that a schedule may use."""
    some = st.integers(0, 9)
    # One number is one draw, where a list would be many: its digits say what is taken of what is left.
    picks = st.integers(0, 99_999)
    ahead = st.integers(1, 16)
    lasting = st.sampled_from((1, 2, 10))
    commands = st.sampled_from(vocabulary)

    class Machine(DeliveryMachine):
        """A service under every schedule."""

        @initialize(first=st.lists(commands, min_size=3, max_size=6))
        def begin(self, first: list[Command]) -> None:
            for command in first:
                self.act(command)

        @rule(several=st.lists(commands, min_size=1, max_size=4))
        def command(self, several: list[Command]) -> None:
            for command in several:
                self.act(command)

        @rule(place=some, picks=picks)
        def delivery(self, place: int, picks: int) -> None:
            self.move(place, picks)

        @rule(ahead=ahead, fault=st.sampled_from((crash, refuse)), lasting=lasting, place=some, picks=picks)
        def failing_delivery(
            self, ahead: int, fault: Callable[[], None], lasting: int, place: int, picks: int
        ) -> None:
            for moment in range(ahead, ahead + lasting):
                self.cloud.moments.plan(moment, fault)
            self.move(place, picks)

        @rule(ahead=ahead, place=some, picks=picks)
        def interrupted_delivery(self, ahead: int, place: int, picks: int) -> None:
            self.cloud.moments.plan(ahead, lambda: self.move_all(picks))
            self.move(place, picks)

        @rule(picks=picks)
        def deliveries(self, picks: int) -> None:
            self.move_all(picks)

        @rule(ahead=ahead, command=commands, place=some, picks=picks)
        def delivery_meets_command(self, ahead: int, command: Command, place: int, picks: int) -> None:
            self.cloud.moments.plan(ahead, lambda: self.act(command))
            self.move(place, picks)

        @rule(ahead=ahead, place=some, picks=picks)
        def slow_delivery(self, ahead: int, place: int, picks: int) -> None:
            self.cloud.moments.plan(ahead, lambda: self.overtake(picks))
            self.move(place, picks)

        @rule(ahead=ahead, fault=st.sampled_from((crash, refuse)), command=commands)
        def failing_command(self, ahead: int, fault: Callable[[], None], command: Command) -> None:
            self.cloud.moments.plan(ahead, fault)
            self.act(command)

        @rule(what=st.sampled_from(MISHAPS), pick=some)
        def mishap(self, what: Callable[[DeliveryMachine, int], None], pick: int) -> None:
            what(self, pick)

    Machine.make = staticmethod(make)
    Machine.tally = Counter()
    Machine.__qualname__ = Machine.__name__ = "Machine"
    return Machine


def duplicate(machine: DeliveryMachine, pick: int) -> None:
    """Let waiting messages come twice."""
    for name in machine.consumers:
        machine.cloud.queues[name].repeat(pick)


def outage(machine: DeliveryMachine, pick: int) -> None:
    """Let the bus lose or find its way to a queue."""
    if machine.consumers:
        queue = machine.cloud.queues[machine.consumers[pick % len(machine.consumers)]]
        queue.reachable = not queue.reachable


def redrive(machine: DeliveryMachine, pick: int) -> None:
    """Replay dead letters."""
    for place in machine.tables + machine.consumers:
        machine.cloud.redrive(place)


def poison(machine: DeliveryMachine, pick: int) -> None:
    """Put something unreadable into a stream or a queue."""
    places = machine.tables + machine.consumers
    place = places[pick % len(places)]
    if place in machine.tables:
        machine.cloud.poison_stream(place)
    else:
        machine.cloud.poison_queue(place, GARBAGE[pick % len(GARBAGE)])


def pause(machine: DeliveryMachine, pick: int) -> None:
    """Let some seconds pass: in a schedule less than what makes a post too late for its media."""
    machine.cloud.clock.move(timedelta(seconds=4 * pick))


MISHAPS = (duplicate, outage, redrive, poison, pause)


def _digits(number: int) -> list[int]:
    return [int(digit) for digit in str(number)]
