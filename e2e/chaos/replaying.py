"""The run's way to the dead letters of every kind: what lies there, and sending it back."""

from collections.abc import Iterator

from contracts.replay.discovery import Dlq, Places
from contracts.replay.replayer import Replayer

from e2e.system import System


def parked(system: System) -> dict[str, int]:
    """Return how many letters lie in each place, without those that hold none."""
    depths = {dlq.name: dlq.place.depth() for dlq in _places(system)}
    return {name: depth for name, depth in depths.items() if depth}


def replay(system: System) -> int:
    """Send every dead letter back to where it failed; return how many went."""
    held = [dlq for dlq in _places(system) if dlq.place.depth()]
    return sum(step.sent for dlq in held for step in Replayer(dlq.place, dlq.send).replay())


def _places(system: System) -> Iterator[Dlq]:
    return Places(system.stage, system.client).all()
