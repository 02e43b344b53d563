"""An account that is deleted takes its posts, edges and rows with it, and nothing of others."""

from dataclasses import replace
from datetime import timedelta

import pytest
from chalicelib.drafts import DRAFT_LIMIT, Draft, Gone
from chalicelib.model import Deleted, Post, PostId, State
from chalicelib.muting import Mute
from chalicelib.people import AccountDeleted, InvalidProfile, NoSuchProfile, ProfileRequired
from chalicelib.profiles import NAME_FRESHNESS, STANDING_FRESHNESS, Profiles
from contracts.http.idempotency import Idempotency
from contracts.transport.erasing import PAGE, Erasing
from own_queues import MemoryOwnQueue
from tests.fakes import AIKO, BEN, CHIE, World
from tests.memory_departures import Departures
from ulid import ULID


def erase(departures: Departures, *, rounds: int = 1) -> None:
    """Work off that Aiko left."""
    queue = MemoryOwnQueue()
    erasing = Erasing(departures.erasure.steps(), queue)
    for _ in range(rounds):
        erasing.work({"user": AIKO.id, "sequence": 2, "step": "note", "after": None})
        while queue.waiting:
            erasing.work(queue.waiting.pop()[1])


def leave(world: World) -> Departures:
    world.profiles.leave(AIKO.id, AIKO.handle)
    return Departures(world)


def post(world: World, author: str = AIKO.id) -> Post:
    return world.publishing.publish(world.profiles.signing(author), "夜明け", (), None, Idempotency(None, ""))


@pytest.mark.parametrize("handle", [AIKO.handle, "AIKO"])
def test_ones_own_handle_in_either_case_confirms_a_deletion(world: World, handle: str) -> None:
    world.profiles.leave(AIKO.id, handle)
    with pytest.raises(ProfileRequired):
        world.profiles.own(AIKO.id)
    with pytest.raises(NoSuchProfile):
        world.profiles.of(f"@{AIKO.handle}")


def test_nothing_is_deleted_under_another_handle(world: World) -> None:
    with pytest.raises(InvalidProfile, match=AIKO.handle):
        world.profiles.leave(AIKO.id, BEN.handle)
    assert world.profiles.own(AIKO.id).handle == AIKO.handle


def test_who_has_no_profile_has_nothing_to_delete(world: World) -> None:
    with pytest.raises(ProfileRequired):
        world.profiles.leave("nobody", "nobody")


def test_who_left_can_neither_come_back_with_the_old_token_nor_leave_again(world: World) -> None:
    world.profiles.leave(AIKO.id, AIKO.handle)
    with pytest.raises(AccountDeleted):
        world.profiles.put(AIKO.id, "another", "Another", "", "en")
    with pytest.raises(AccountDeleted):
        world.profiles.leave(AIKO.id, AIKO.handle)


def test_another_process_forgets_who_left_within_its_freshness(world: World) -> None:
    elsewhere = Profiles(world.people, world.clock)
    elsewhere.require(AIKO.id)
    world.profiles.leave(AIKO.id, AIKO.handle)
    elsewhere.require(AIKO.id)
    world.clock.move(2 * NAME_FRESHNESS)
    with pytest.raises(ProfileRequired):
        elsewhere.signing(AIKO.id)
    world.clock.move(STANDING_FRESHNESS)
    with pytest.raises(ProfileRequired):
        elsewhere.require(AIKO.id)


def test_a_change_that_comes_between_look_and_write_is_deleted_too(world: World) -> None:
    world.moments.planned[world.moments.passed + 2] = lambda: world.profiles.put(
        AIKO.id, AIKO.handle, "Aiko II", "", "en"
    )
    world.profiles.leave(AIKO.id, AIKO.handle)
    assert world.people.left[AIKO.id] == 3


def test_posts_go_by_their_own_tombstones_and_those_of_others_stay(world: World) -> None:
    mine, bens = [post(world) for _ in range(PAGE + 1)], post(world, BEN.id)
    erase(leave(world))
    assert all(world.posts.posts[one.id] == Deleted(one.id, 2) for one in mine)
    assert world.posts.posts[bens.id] == bens


def test_what_a_post_said_before_its_edits_goes_with_it(world: World) -> None:
    mine, bens = post(world), post(world, BEN.id)
    departures = leave(world)
    many = [f"{number:03}" for number in range(PAGE + 1)]
    departures.editions.rows = {str(mine.id): many, str(bens.id): ["1"]}
    erase(departures)
    assert departures.editions.rows == {str(mine.id): [], str(bens.id): ["1"]}


def test_a_post_that_moves_meanwhile_is_deleted_as_it_then_is(world: World) -> None:
    mine = post(world)
    departures = leave(world)

    def move() -> None:
        world.posts.posts[mine.id] = Post(mine.id, AIKO, "mended", sequence=2)

    world.moments.planned[world.moments.passed + 1] = move
    erase(departures)
    assert world.posts.posts[mine.id] == Deleted(mine.id, 3)


@pytest.mark.parametrize("moment", [None, 1, 2, 3])
def test_a_post_that_a_moderator_hid_goes_too(world: World, moment: int | None) -> None:
    hers = post(world)
    departures = leave(world)

    def hide() -> None:
        there = world.posts.posts[hers.id]
        if isinstance(there, Post):
            world.posts.posts[hers.id] = replace(there, state=State.HIDDEN, sequence=there.sequence + 1)

    if moment is None:
        hide()
    else:
        world.moments.planned[world.moments.passed + moment] = hide
    erase(departures)
    assert isinstance(world.posts.posts[hers.id], Deleted)


def test_edges_go_at_both_ends(world: World) -> None:
    world.people.follow(AIKO, BEN.id)
    world.people.follow(BEN, AIKO.id)
    world.people.follow(BEN, CHIE.id)
    erase(leave(world))
    assert set(world.people.edges) == {(BEN.id, CHIE.id)}


def test_reactions_are_withdrawn_so_that_their_counters_follow(world: World) -> None:
    liked = post(world, BEN.id)
    world.reactions.react(AIKO, str(liked.id), "🍁")
    world.reactions.react(CHIE, str(liked.id), "🍁")
    erase(leave(world))
    world.count()
    assert world.counts.sums([liked.id]) == {liked.id: {"🍁": 1}}


def test_blocks_and_mutes_end_whosever_they_are_and_those_of_others_stay(world: World) -> None:
    world.relations.block(AIKO.id, BEN)
    world.relations.mute(AIKO.id, Mute(CHIE))
    world.relations.block(CHIE.id, AIKO)
    world.relations.block(CHIE.id, BEN)
    world.relations.mute(BEN.id, Mute(AIKO))
    world.relations.mute(BEN.id, Mute(CHIE))
    erase(leave(world))
    assert world.relations.blocked == {(CHIE.id, BEN.id): BEN}
    assert world.relations.muted == {(BEN.id, CHIE.id): Mute(CHIE)}


def draft(world: World, author: str = AIKO.id, number: int = 0) -> Draft:
    made = str(ULID.from_datetime(world.clock() - timedelta(seconds=number)))
    at = world.clock() + timedelta(days=1)
    return Draft(author, made, {"text": "まだ"}, "", world.clock(), publish_at=at, schedule=1)


def test_drafts_are_discarded_so_that_their_schedules_go_and_those_of_others_stay(world: World) -> None:
    departures = leave(world)
    hers, bens = [draft(world, number=number) for number in range(DRAFT_LIMIT)], draft(world, BEN.id)
    for one in (*hers, bens):
        departures.drafts.add_draft(one)
    erase(departures)
    assert departures.drafts.there(AIKO.id) == []
    assert departures.drafts.find_draft(AIKO.id, hers[0].ulid) == Gone(AIKO.id, hers[0].ulid, 2)
    assert departures.drafts.there(BEN.id) == [bens]


@pytest.mark.parametrize("moment", [1, 2])
def test_a_draft_that_moves_meanwhile_is_discarded_as_it_then_is(world: World, moment: int) -> None:
    departures = leave(world)
    hers = draft(world)
    departures.drafts.add_draft(hers)
    moments = iter(range(1, 9))

    def move() -> None:
        there = departures.drafts.drafts[AIKO.id, hers.ulid]
        if next(moments) == moment and isinstance(there, Draft):
            departures.drafts.drafts[AIKO.id, hers.ulid] = replace(there, sequence=there.sequence + 1)

    departures.drafts.moment = move
    erase(departures)
    assert departures.drafts.there(AIKO.id) == []


def test_rows_and_sign_in_go_and_the_person_is_noted_first(world: World) -> None:
    departures = leave(world)
    departures.rows.rows = {AIKO.id: [f"{number:03}" for number in range(PAGE + 1)], BEN.id: ["1"]}
    erase(departures, rounds=2)
    assert departures.rows.rows == {AIKO.id: [], BEN.id: ["1"]}
    assert departures.sign_ins.forgotten == departures.sign_ins.remembered == {AIKO.id}
    assert next(iter(departures.erasure.steps())) == "note"


def test_a_post_that_a_slow_request_makes_after_the_first_round_goes_in_the_second(world: World) -> None:
    departures = leave(world)
    erase(departures)
    late = PostId(AIKO.id, "01M86PTPG0DNJP8TB15MR30C1H")
    world.posts.add(Post(late, AIKO, "late"), ())
    erase(departures)
    assert isinstance(world.posts.posts[late], Deleted)
