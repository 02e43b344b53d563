"""The life of an event type: published, heard, retired (a tool: no function imports it).

`python -m contracts.events.lifecycle` says what is wrong, and which events nobody hears.
"""

import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from contracts.events import history
from contracts.events.consumers import CONSUMERS, Consumer
from contracts.events.envelope import fact, version
from contracts.events.registry import PUBLISHED, RETIRED
from contracts.events.schemas import ROOT

Types = Mapping[str, tuple[str, ...]]
"""Event types by the service that publishes them."""


@dataclass(frozen=True)
class LifeCycle:
    """Where each event type is in its life.

    Parameters
    ----------
    published, retired
        What each service publishes now, and what it published once.
    consumers
        Who listens to what.
    released
        The event types that have schemas.
    """

    published: Types
    retired: Types
    consumers: Mapping[str, Consumer]
    released: Collection[str]

    def problems(self) -> list[str]:
        """Return what must not be, in sentences that say what to change."""
        named = {*self.released, *self._heard(), *_flat(self.published), *_flat(self.retired)}
        return [problem for event_type in sorted(named) for problem in self._problems(event_type)]

    def unheard(self) -> list[str]:
        """Return what is published though nobody listens: allowed, and worth knowing."""
        return sorted(set(_flat(self.published)) - self._heard())

    def listeners(self, event_type: str) -> str:
        """Name the consumers that listen to an event type."""
        found = [
            f"{name} (service {consumer.service})"
            for name, consumer in self.consumers.items()
            if event_type in consumer.types
        ]
        return ", ".join(found) or "nobody"

    def _problems(self, event_type: str) -> Iterator[str]:
        publishers = [service for service, types in self.published.items() if event_type in types]
        retirers = [service for service, types in self.retired.items() if event_type in types]
        listening = f"still listening: {self.listeners(event_type)}"
        if len(publishers) + len(retirers) > 1:
            who = " and ".join([*publishers, *(f"{service} (retired)" for service in retirers)])
            yield f"{event_type} stands more than once in registry.py: at {who}."
        elif retirers:
            yield from self._retirement(event_type, retirers[0], listening)
        elif not publishers and event_type in self.released:
            yield (
                f"{event_type} was released, and is neither published nor retired; {listening}. "
                "Move it to RETIRED in registry.py when nobody is."
            )
        elif not publishers:
            yield f"{event_type} is published by nobody; {listening}. Name it in PUBLISHED, or let them go."
        before = version(event_type) - 1
        if publishers and before and f"{fact(event_type)}.v{before}" not in self._known():
            yield f"{event_type} has no version {before} before it, published or retired."

    def _retirement(self, event_type: str, service: str, listening: str) -> Iterator[str]:
        if event_type in self._heard():
            next_ones = [one for one in self.published.get(service, ()) if fact(one) == fact(event_type)]
            instead = f"Move them to {' or '.join(next_ones)} first" if next_ones else "Let them go first"
            yield (
                f"{event_type} is retired, but {listening}. {instead}, or put it back into PUBLISHED: "
                f"{service} publishes every version that somebody hears."
            )
        if event_type not in self.released:
            yield f"{event_type} is retired, but its schemas are gone: archived events are read with them."

    def _heard(self) -> set[str]:
        return {event_type for consumer in self.consumers.values() for event_type in consumer.types}

    def _known(self) -> set[str]:
        return {*_flat(self.published), *_flat(self.retired)}


def life_cycle() -> LifeCycle:
    """Return the life cycle as the registry, the consumers and the released schemas say it."""
    return LifeCycle(PUBLISHED, RETIRED, CONSUMERS, [folder.name for folder in ROOT.iterdir()])


def edited_schemas() -> list[str]:
    """Return, in sentences, which released schemas were touched after their release."""
    return [
        f"contracts/schemas/{name} is released and was edited or removed since: put it back; "
        "a change of the model is the next revision (`make schemas`)."
        for name in history.edited(ROOT)
    ]


def _flat(types: Types) -> list[str]:
    return [event_type for some in types.values() for event_type in some]


def main() -> int:
    """Print what is wrong and which events nobody hears; answer 1 if something is wrong."""
    cycle = life_cycle()
    problems = [*cycle.problems(), *edited_schemas()]
    counted = f"{len(_flat(cycle.published))} published, {len(_flat(cycle.retired))} retired"
    for problem in problems:
        print(problem, file=sys.stderr)  # noqa: T201
    print(f"{counted}; heard by nobody: {', '.join(cycle.unheard()) or 'none'}")  # noqa: T201
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
