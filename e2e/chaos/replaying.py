"""The run's way to the dead letters: what lies there, and sending it back."""

from collections.abc import Iterator

from contracts.events.consumers import CONSUMERS
from contracts.replay.discovery import Dlq, Places
from contracts.replay.replayer import Replayer

from e2e.queues import Queue
from e2e.system import System


def parked(system: System) -> dict[str, int]:
    """Return how many messages lie in each consumer's dead-letter queues, without those that hold none."""
    return _held((dlq.name, dlq.place.depth()) for dlq in _places(system))


def unpublished(system: System) -> dict[str, int]:
    """Return how many records relays have parked, without those that parked none."""
    services = {consumer.service for consumer in CONSUMERS.values()} - {"search"}
    names = (f"{service}-relay-dlq" for service in sorted(services))
    return _held((name, Queue.of(system, name).depth()) for name in names)


def replay(system: System) -> int:
    """Send every dead letter back to its consumer; return how many."""
    replayers = [Replayer(dlq.place, dlq.send) for dlq in _places(system)]
    return sum(step.sent for replayer in replayers for step in replayer.replay())


def _places(system: System) -> Iterator[Dlq]:
    places = Places(system.stage, system.client)
    return (dlq for consumer in sorted(CONSUMERS) for dlq in places.named(consumer))


def _held(depths: Iterator[tuple[str, int]]) -> dict[str, int]:
    return {name: depth for name, depth in depths if depth}
