"""Editing: what a post says now and said before, and two devices that edit at once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from chalicelib.editing import EDIT_LIMIT, NotEditable, Wording
from chalicelib.model import InvalidPost, NoSuchPost, Post
from chalicelib.publishing import NotYours
from chalicelib.terms import Audience, Terms
from contracts.http.idempotency import Idempotency
from contracts.http.problems import Problem
from contracts.http.versions import IfMatch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.api import Ask, posted, slug
from tests.fakes import AIKO, BEN, CHIE, World
from ulid import ULID

ANY = IfMatch(None)


def publish(world: World, text: str = "京都", terms: Terms = Terms()) -> Post:  # noqa: B008
    """Let Aiko publish a post."""
    return world.publishing.publish(AIKO, text, (), None, Idempotency(None, ""), terms)


def seen(*versions: int) -> IfMatch:
    return IfMatch(frozenset(versions))


def test_an_edit_changes_what_a_post_says_and_keeps_what_it_said(world: World) -> None:
    post = publish(world, "@ben 京都")
    world.clock.move(timedelta(minutes=1))
    better = Wording("@chie 奈良", "紅葉", "JA")
    edited = world.editing.edit(str(post.id), AIKO.id, better, seen(1))
    assert (edited.text, edited.terms, edited.mentions) == ("@chie 奈良", Terms("紅葉", "ja"), (CHIE,))
    assert (edited.sequence, edited.edits, edited.edited_at) == (2, 1, world.clock())
    assert world.publishing.read(str(post.id), BEN.id) == edited
    first, now = world.editing.history(str(post.id), BEN.id)
    assert (first.wording.text, first.since) == ("@ben 京都", post.id.created_at)
    assert (now.wording, now.since) == (Wording("@chie 奈良", "紅葉", "ja"), world.clock())


def test_saying_the_same_again_changes_nothing(world: World) -> None:
    post = publish(world)
    assert world.editing.edit(str(post.id), AIKO.id, Wording("京都"), ANY) == post
    assert len(world.editing.history(str(post.id), BEN.id)) == 1


def test_who_edits_what_they_did_not_see_is_told_the_version_that_is_there(world: World) -> None:
    post = publish(world)
    world.editing.edit(str(post.id), AIKO.id, Wording("一"), seen(1))
    with pytest.raises(Problem) as refused:
        world.editing.edit(str(post.id), AIKO.id, Wording("二"), seen(1))
    assert refused.value.headers == {"ETag": '"2"'}
    assert world.publishing.read(str(post.id), BEN.id).text == "一"


def test_a_post_is_edited_20_times_and_no_more(world: World) -> None:
    post = publish(world)
    for number in range(EDIT_LIMIT):
        world.editing.edit(str(post.id), AIKO.id, Wording(f"{number}"), ANY)
    with pytest.raises(NotEditable, match="20 times"):
        world.editing.edit(str(post.id), AIKO.id, Wording("もう一度"), ANY)
    assert len(world.editing.history(str(post.id), BEN.id)) == EDIT_LIMIT + 1


def test_what_can_not_be_edited_is_refused(world: World) -> None:
    post = publish(world)
    with pytest.raises(NotYours):
        world.editing.edit(str(post.id), BEN.id, Wording("x"), ANY)
    with pytest.raises(InvalidPost, match="at most 500"):
        world.editing.edit(str(post.id), AIKO.id, Wording("x" * 501), ANY)
    world.publishing.delete(str(post.id), AIKO.id)
    with pytest.raises(NoSuchPost):
        world.editing.edit(str(post.id), AIKO.id, Wording("x"), ANY)
    with pytest.raises(NoSuchPost):
        world.editing.history(str(post.id), AIKO.id)
    pending = world.publishing.publish(AIKO, "写真", ["m1"], None, Idempotency(None, ""))
    with pytest.raises(NotEditable, match="once it is published"):
        world.editing.edit(str(pending.id), AIKO.id, Wording("x"), ANY)


def test_whom_a_post_for_few_addressed_stays_addressed(world: World) -> None:
    post = publish(world, "@ben", Terms(audience=Audience.MENTIONED))
    edited = world.editing.edit(str(post.id), AIKO.id, Wording("@chie"), ANY)
    assert edited.mentions == (BEN, CHIE)


def test_history_is_seen_by_who_sees_the_post(world: World) -> None:
    post = publish(world, "@ben", Terms(audience=Audience.MENTIONED))
    world.editing.edit(str(post.id), AIKO.id, Wording("@ben !"), ANY)
    assert len(world.editing.history(str(post.id), BEN.id)) == 2
    with pytest.raises(NoSuchPost):
        world.editing.history(str(post.id), CHIE.id)


def test_a_key_sent_again_after_an_edit_answers_the_post_as_it_is(world: World) -> None:
    key = Idempotency(str(ULID.from_datetime(world.clock())), "")
    post = world.publishing.publish(AIKO, "一", (), None, key)
    edited = world.editing.edit(str(post.id), AIKO.id, Wording("二"), ANY)
    assert world.publishing.publish(AIKO, "一", (), None, key) == edited


@settings(deadline=None)
@given(moment=st.integers(1, 12), other=st.sampled_from(["edit", "delete"]))
def test_of_two_devices_that_change_what_both_saw_one_is_told_so(moment: int, other: str) -> None:
    world = World()
    world.people.join(AIKO, BEN)
    post = publish(world)
    done: list[str] = []

    def meanwhile() -> None:
        if other == "edit":
            world.editing.edit(str(post.id), AIKO.id, Wording("二"), seen(1))
        else:
            world.publishing.delete(str(post.id), AIKO.id)
        done.append(other)

    world.moments.planned = {world.moments.passed + moment: meanwhile}
    try:
        world.editing.edit(str(post.id), AIKO.id, Wording("一"), seen(1))
        done.append("first")
    except (Problem, NoSuchPost):
        pass
    world.moments.planned = {}
    assert done in ([other], ["first"])
    if done == ["first"]:
        assert world.publishing.read(str(post.id), BEN.id).text == "一"


@settings(deadline=None, max_examples=200)
@given(moment=st.integers(1, 20), second=st.integers(1, 20), last=st.sampled_from(["edit", "delete"]))
def test_entries_come_to_the_last_state_whenever_a_post_is_edited_or_deleted(
    moment: int, second: int, last: str
) -> None:
    world = World(chunk_limit=2)
    world.people.join(AIKO, BEN, CHIE)
    world.people.follow(BEN, AIKO.id)
    world.people.follow(CHIE, AIKO.id)
    post = publish(world)
    heard = ["appeared"]

    def edit() -> None:
        world.editing.edit(str(post.id), AIKO.id, Wording("二"), ANY)
        heard.append("appeared")

    def end() -> None:
        if last == "delete":
            world.publishing.delete(str(post.id), AIKO.id)
            heard.append("went")
        else:
            world.editing.edit(str(post.id), AIKO.id, Wording("三"), ANY)
            heard.append("appeared")

    world.moments.planned = {
        world.moments.passed + moment: edit,
        world.moments.passed + moment + second + 40: end,
    }
    told: Post | None = post
    while heard or world.queue.chunks:
        if heard and heard.pop(0) == "appeared":
            world.fan_out.appeared(post.id, told)
            told = None
        elif world.queue.chunks:
            world.fan_out.serve(world.queue.chunks.pop())
        else:
            world.fan_out.went(post.id)
    current = world.posts.posts[post.id]
    if isinstance(current, Post):
        expected = {reader.id: replace(current) for reader in (AIKO, BEN, CHIE)}
        assert {reader: entry for (reader, _), entry in world.entries.entries.items()} == expected
    else:
        assert not world.entries.entries


def test_the_routes_take_an_etag_and_tell_the_version_that_is_there(ask: Ask) -> None:
    post = posted(ask)
    path, said = f"/v1/posts/{post['id']}", {"text": "奈良の鹿"}
    assert post["version"] == 1
    status, problem = ask("PUT", path, said)
    assert (status, slug(problem)) == (428, "precondition-required")
    status, edited = ask("PUT", path, said, **{"If-Match": '"1"'})
    assert (status, edited["text"], edited["version"]) == (200, "奈良の鹿", 2)
    assert edited["edited_at"]
    status, problem = ask("PUT", path, {"text": "x"}, **{"If-Match": '"1"'})
    assert (status, slug(problem)) == (412, "precondition-failed")
    assert "version 2" in problem["detail"]
    history = ask("GET", f"{path}/history", me=BEN.id)[1]["items"]
    assert [one["text"] for one in history] == ["京都の紅葉", "奈良の鹿"]
    assert ask("PUT", path, said, me=BEN.id, **{"If-Match": "*"})[0] == 403
