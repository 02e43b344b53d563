"""The picture of the flow: whole, untangled, and nothing on top of anything else."""

import re
from itertools import pairwise

import pytest
from contracts.events.consumers import CONSUMERS
from hypothesis import given
from hypothesis import strategies as st

from infra.catalogue.picture import NARROW, WIDE, Column, Link, Measures, Picture, crossings, draw, untangled
from infra.catalogue.reading import Catalogue

EVENTS: Column = [("a", ["a1", "a2", "a3"]), ("b", ["b1"]), ("c", ["c1", "c2"])]
QUEUES: Column = [("x", ["x1", "x2"]), ("y", ["y1"]), ("z", ["z1", "z2"])]
LINKS = st.lists(
    st.tuples(
        st.sampled_from(["a1", "a2", "a3", "b1", "c1", "c2"]), st.sampled_from(["x1", "x2", "y1", "z1", "z2"])
    ),
    unique=True,
)


@pytest.fixture(params=[WIDE, NARROW], ids=lambda measures: measures.name)
def picture(request: pytest.FixtureRequest, catalogue: Catalogue) -> Picture:
    measures: Measures = request.param
    return draw(catalogue, measures)


def test_every_event_and_every_queue_is_there_and_each_way_between_them(
    picture: Picture, catalogue: Catalogue
) -> None:
    events = [row.name for box in picture.publishers for row in box.rows]
    queues = [row.name for box in picture.consumers for row in box.rows]
    assert sorted(events) == sorted(entry.type for entry in catalogue.entries)
    assert sorted(queues) == sorted(catalogue.consumers)
    assert {(edge.event, edge.consumer) for edge in picture.edges} == {
        (entry.type, listener.name) for entry in catalogue.entries for listener in entry.listeners
    }


def test_boxes_and_rows_stand_apart_and_inside_the_picture(picture: Picture) -> None:
    for column in (picture.publishers, picture.consumers):
        for above, below in pairwise(column):
            assert above.y + above.height + picture.measures.gap == pytest.approx(below.y)
        for box in column:
            assert box.x >= 0
            assert box.x + box.width <= picture.measures.width
            assert box.y >= 0
            assert box.y + box.height <= picture.height
            places = [box.y, *(row.y for row in box.rows), box.y + box.height]
            assert all(b - a >= picture.measures.row / 2 for a, b in pairwise(places))


def test_an_edge_goes_from_its_event_to_its_queue(picture: Picture) -> None:
    y = {row.name: row.y for box in (*picture.publishers, *picture.consumers) for row in box.rows}
    for edge in picture.edges:
        _x1, start, *_bends, _x2, end = (float(number) for number in re.findall(r"[\d.]+", edge.path))
        assert [start, end] == pytest.approx([y[edge.event], y[edge.consumer]])


def test_only_what_a_rule_filters_is_marked(picture: Picture) -> None:
    assert {(edge.event, edge.consumer) for edge in picture.edges if edge.some} == {
        (event_type, name) for name, consumer in CONSUMERS.items() for event_type in consumer.only
    }


def test_an_event_that_nobody_hears_is_marked(picture: Picture, catalogue: Catalogue) -> None:
    idle = {row.name for box in picture.publishers for row in box.rows if not row.linked}
    assert idle == {entry.type for entry in catalogue.entries if not entry.listeners}


def test_crossed_links_are_untangled() -> None:
    links: list[Link] = [("a1", "z2"), ("b1", "x1"), ("c1", "y1")]
    assert crossings(EVENTS, QUEUES, links) == 2
    assert crossings(*untangled(EVENTS, QUEUES, links), links) == 0


@given(LINKS)
def test_no_order_is_worse_than_the_declared_one_and_services_stay_whole(links: list[Link]) -> None:
    left, right = untangled(EVENTS, QUEUES, links)
    assert crossings(left, right, links) <= crossings(EVENTS, QUEUES, links)
    for column, declared in ((left, EVENTS), (right, QUEUES)):
        assert {(service, *sorted(names)) for service, names in column} == {
            (service, *names) for service, names in declared
        }
