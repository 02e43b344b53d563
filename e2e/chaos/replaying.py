"""The run's way to the dead letters: what lies there, and sending it back."""

from collections.abc import Callable, Iterable

from contracts.events.consumers import CONSUMERS
from contracts.transport.replay import DeadLetters

from e2e.queues import Queue
from e2e.system import System


def parked(system: System) -> dict[str, int]:
    """Return how many messages lie in each consumer's dead-letter queues, without those that hold none."""
    return _held(CONSUMERS, lambda consumer: letters(system, consumer).depth())


def unpublished(system: System) -> dict[str, int]:
    """Return how many records relays have parked, without those that parked none."""
    services = {consumer.service for consumer in CONSUMERS.values()} - {"search"}
    return _held(services, lambda service: Queue.of(system, f"{service}-relay-dlq").depth())


def letters(system: System, consumer: str) -> DeadLetters:
    """Return a consumer's dead letters."""
    return DeadLetters.of(system.client("sqs"), consumer, system.stage)


def replay(system: System) -> int:
    """Send every dead letter back to its consumer; return how many."""
    return sum(sum(letters(system, consumer).replay()) for consumer in parked(system))


def _held(names: Iterable[str], depth: Callable[[str], int]) -> dict[str, int]:
    depths = {name: depth(name) for name in sorted(names)}
    return {name: held for name, held in depths.items() if held}
