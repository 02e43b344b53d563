"""An event type is published while somebody listens, and retired when nobody does."""

import pytest
from contracts.events import lifecycle
from contracts.events.consumers import Consumer
from contracts.events.lifecycle import LifeCycle

PINNED, PINNED_ANEW = "post.pinned.v1", "post.pinned.v2"
SEARCH = {"search": Consumer("search", (PINNED,))}
INBOX = {"notify-inbox": Consumer("notify", (PINNED,))}
MOVED = {"search": Consumer("search", (PINNED_ANEW,))}


def cycle(
    published: tuple[str, ...] = (),
    retired: tuple[str, ...] = (),
    consumers: dict[str, Consumer] | None = None,
    released: tuple[str, ...] | None = None,
) -> LifeCycle:
    if released is None:
        released = (*published, *retired)
    return LifeCycle({"posts": published}, {"posts": retired} if retired else {}, consumers or {}, released)


def test_the_events_of_this_tree_are_in_order() -> None:
    assert not lifecycle.life_cycle().problems()


def test_no_released_schema_of_this_tree_was_touched_since_its_release() -> None:
    assert not lifecycle.edited_schemas()


@pytest.mark.parametrize(
    "well",
    [
        cycle((PINNED,), (), SEARCH),
        cycle((PINNED, PINNED_ANEW), (), SEARCH | INBOX),
        cycle((PINNED, PINNED_ANEW), (), MOVED | INBOX),
        cycle((PINNED_ANEW,), (PINNED,), MOVED),
        cycle((), (PINNED, PINNED_ANEW)),
    ],
    ids=["one version", "two versions", "one of two moved", "the old one retired", "all retired"],
)
def test_every_step_of_a_life_is_allowed(well: LifeCycle) -> None:
    assert not well.problems()


def test_retiring_what_somebody_hears_names_who_it_is_and_where_they_can_go() -> None:
    [problem] = cycle((PINNED_ANEW,), (PINNED,), SEARCH | INBOX).problems()
    assert problem.startswith(
        "post.pinned.v1 is retired, but still listening: "
        "search (service search), notify-inbox (service notify)."
    )
    assert "Move them to post.pinned.v2 first" in problem


def test_retiring_the_last_version_needs_that_its_consumers_let_go() -> None:
    [problem] = cycle((), (PINNED,), SEARCH).problems()
    assert "Let them go first" in problem


def test_what_was_released_can_not_just_be_dropped() -> None:
    [problem] = cycle((PINNED_ANEW,), (), INBOX, released=(PINNED, PINNED_ANEW)).problems()[:1]
    assert "was released, and is neither published nor retired" in problem
    assert "notify-inbox (service notify)" in problem


def test_a_consumer_of_what_nobody_publishes_is_named() -> None:
    [problem] = cycle(consumers=SEARCH).problems()
    assert problem.startswith(
        "post.pinned.v1 is published by nobody; still listening: search (service search)"
    )


def test_the_schemas_of_a_retired_event_stay() -> None:
    [problem] = cycle((), (PINNED,), released=()).problems()
    assert "its schemas are gone" in problem


def test_an_event_type_has_one_publisher_and_one_standing() -> None:
    twice = LifeCycle({"posts": (PINNED,), "chat": (PINNED,)}, {}, {}, (PINNED,))
    assert "at posts and chat" in twice.problems()[0]
    assert "at posts and posts (retired)" in cycle((PINNED,), (PINNED,)).problems()[0]


def test_a_version_comes_after_the_one_before_it() -> None:
    [problem] = cycle((PINNED, "post.pinned.v3")).problems()
    assert problem == "post.pinned.v3 has no version 2 before it, published or retired."


def test_what_nobody_hears_is_told_and_is_no_problem() -> None:
    both = cycle((PINNED, PINNED_ANEW), (), MOVED)
    assert not both.problems()
    assert both.unheard() == [PINNED]


def test_the_report_says_what_nobody_hears(capsys: pytest.CaptureFixture[str]) -> None:
    assert lifecycle.main() == 0
    unheard = lifecycle.life_cycle().unheard()
    assert capsys.readouterr().out.endswith(f"; heard by nobody: {', '.join(unheard) or 'none'}\n")
