"""Where everything in the picture of the flow stands: events on the left, queues on the right."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean

from infra.catalogue.reading import Catalogue

type Column = list[tuple[str, list[str]]]
"""Services in order, each with its events or queues in order."""

type Link = tuple[str, str]
"""An event and a queue that it goes into."""

SWEEPS = 6
PORT = 4
"""Radius of the dots at which edges end."""


@dataclass(frozen=True)
class Measures:
    """Sizes of a picture, in its own units.

    Parameters
    ----------
    name
        Which picture it is.
    width
        Of all of it.
    left, right
        Of the two columns.
    head, row, gap
        Heights: a service's name, one event or queue, the space between services.
    inset
        From a box's edge to its text.
    """

    name: str
    width: int
    left: int
    right: int
    head: int
    row: int
    gap: int
    inset: int


WIDE = Measures("wide", width=1216, left=280, right=220, head=38, row=29, gap=18, inset=16)
NARROW = Measures("narrow", width=360, left=164, right=114, head=28, row=24, gap=10, inset=8)


@dataclass(frozen=True)
class Row:
    """One event or queue in its service's box; `y` is its middle."""

    name: str
    y: float
    linked: bool


@dataclass(frozen=True)
class Box:
    """One service in one of the columns."""

    service: str
    x: float
    y: float
    width: float
    height: float
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Edge:
    """One event's way into one queue, as an SVG path; `some` if the queue's rule lets in only some."""

    event: str
    consumer: str
    service: str
    path: str
    some: bool


@dataclass(frozen=True)
class Picture:
    """All of it, ready to be drawn."""

    measures: Measures
    height: float
    publishers: tuple[Box, ...]
    consumers: tuple[Box, ...]
    edges: tuple[Edge, ...]


def draw(catalogue: Catalogue, measures: Measures) -> Picture:
    """Lay out the flow of all events."""
    links = [(entry.type, listener.name) for entry in catalogue.entries for listener in entry.listeners]
    left, right = untangled(*_columns(catalogue), links)
    height = max(_height(left, measures), _height(right, measures))
    linked = {name for link in links for name in link}
    publishers = _boxes(left, 0, measures.left, height, measures, linked)
    consumers = _boxes(right, measures.width - measures.right, measures.right, height, measures, linked)
    y = {row.name: row.y for box in (*publishers, *consumers) for row in box.rows}
    edges = [
        Edge(
            event=entry.type,
            consumer=listener.name,
            service=entry.service,
            path=_curve(y[entry.type], y[listener.name], measures),
            some=bool(listener.only),
        )
        for entry in catalogue.entries
        for listener in entry.listeners
    ]
    return Picture(measures, height, tuple(publishers), tuple(consumers), tuple(edges))


def untangled(left: Column, right: Column, links: Sequence[Link]) -> tuple[Column, Column]:
    """Reorder both columns so that few links cross, services staying whole.

    Each column in turn is sorted by where its links lead on average; the best order seen is kept.
    """
    best = (left, right)
    fewest = crossings(left, right, links)
    for _ in range(SWEEPS):
        right = _sorted_by(right, _means(left, ((queue, event) for event, queue in links)))
        left = _sorted_by(left, _means(right, links))
        if (found := crossings(left, right, links)) < fewest:
            best, fewest = (left, right), found
    return best


def crossings(left: Column, right: Column, links: Iterable[Link]) -> int:
    """Count how often two links cross."""
    above, below = _places(left), _places(right)
    ends = [(above[event], below[queue]) for event, queue in links]
    return sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(ends, 2))


def _columns(catalogue: Catalogue) -> tuple[Column, Column]:
    left = [(service, [entry.type for entry in found]) for service, found in catalogue.by_publisher.items()]
    right: dict[str, list[str]] = {}
    for name, consumer in catalogue.consumers.items():
        right.setdefault(consumer.service, []).append(name)
    return left, list(right.items())


def _places(column: Column) -> dict[str, int]:
    return {name: place for place, name in enumerate(name for _, names in column for name in names)}


def _means(other: Column, links: Iterable[Link]) -> dict[str, float]:
    """Return where the links of each name lead on average."""
    places = _places(other)
    ends: dict[str, list[int]] = {}
    for name, end in links:
        ends.setdefault(name, []).append(places[end])
    return {name: fmean(found) for name, found in ends.items()}


def _sorted_by(column: Column, means: Mapping[str, float]) -> Column:
    nowhere = float("inf")
    inside = [(service, sorted(names, key=lambda n: means.get(n, nowhere))) for service, names in column]
    return sorted(inside, key=lambda box: fmean([means[n] for n in box[1] if n in means] or [nowhere]))


def _height(column: Column, measures: Measures) -> float:
    rows = sum(len(names) for _, names in column)
    foot = measures.inset / 2
    return len(column) * (measures.head + foot + measures.gap) - measures.gap + rows * measures.row


def _boxes(
    column: Column, x: float, width: float, height: float, measures: Measures, linked: set[str]
) -> list[Box]:
    """Stack the services of a column, in the middle of the picture's height."""
    boxes: list[Box] = []
    y = (height - _height(column, measures)) / 2
    for service, names in column:
        first = y + measures.head + measures.row / 2
        rows = tuple(Row(name, first + i * measures.row, name in linked) for i, name in enumerate(names))
        tall = measures.head + len(names) * measures.row + measures.inset / 2
        boxes.append(Box(service, x, y, width, tall, rows))
        y += tall + measures.gap
    return boxes


def _curve(start: float, end: float, measures: Measures) -> str:
    x1, x2 = measures.left + PORT, measures.width - measures.right - PORT
    bend = (x2 - x1) / 2
    return f"M{x1} {start:g}C{x1 + bend:g} {start:g} {x2 - bend:g} {end:g} {x2} {end:g}"
