"""What people do to posts, on the cloud's tables: what is kept, counted and listed, and what it costs."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from chalicelib.counting import Counting, Move, Shard, Standing
from chalicelib.live import Own
from chalicelib.model import Post, PostId
from chalicelib.people import Person
from chalicelib.polls import Question, checked_poll
from chalicelib.store.acts import OWN_LIMIT, reaction_key
from chalicelib.terms import USUAL
from contracts.http.idempotency import Idempotency
from tests.cloud import Cloud
from tests.fakes import person
from ulid import ULID

pytestmark = pytest.mark.cloud


def moves(post: Post, people: int, sequence: int = 1, *kinds: str) -> list[Move]:
    return [
        Move(PostId(post.id.author, FAR), f"E#{one.id}", Standing(sequence, kinds or ("🍁",)), one)
        for one in map(person, range(people))
    ]


FAR = str(ULID.from_timestamp(1.0))
"""Of a post of which the deployed consumers hear nothing."""


def bare_reaction(user: str, post: PostId) -> dict[str, str]:
    """Return a reaction of which no consumer hears."""
    pk, sk = reaction_key(user, post)
    return {"pk": pk, "sk": sk, "emoji": "🍁"}


def sums(cloud: Cloud, post: PostId) -> dict[str, int]:
    total: dict[str, int] = {}
    for number in range(8):
        for kind, count in cloud.counts.shard(post, number, latest=True).sums.items():
            total[kind] = total.get(kind, 0) + count
    return {kind: count for kind, count in total.items() if count}


def test_a_reaction_is_one_write_and_so_is_its_change_and_its_end(cloud: Cloud) -> None:
    aiko = cloud.joined()
    post = cloud.publish(aiko)
    for emoji in ("🍁", "👍", None, "👍"):
        cloud.meter.reset()
        if emoji:
            cloud.acts.react(aiko.person, post.id, emoji)
        else:
            cloud.acts.withdraw(aiko.id, post.id)
        assert (cloud.meter.units, cloud.meter.calls) == (1.0, ["UpdateItem"])


def test_a_reaction_is_in_one_state_with_a_sequence_that_only_grows(cloud: Cloud) -> None:
    aiko = cloud.joined()
    post = cloud.publish(aiko)
    table, key = cloud.posts.table, reaction_key(aiko.id, post.id)
    cloud.reactions.react(aiko.person, str(post.id), "🍁")
    first = table.get(key, consistent=True)
    cloud.reactions.react(aiko.person, str(post.id), "🍁")
    assert table.get(key, consistent=True) == first
    assert first is not None
    assert (first["emoji"], first["_event"]) == ("🍁", "reaction.changed.v1")
    cloud.reactions.withdraw(aiko.id, str(post.id))
    gone = table.get(key, consistent=True)
    assert gone is not None
    assert (gone["sequence"], gone["_event"]) == (first["sequence"] + 1, "reaction.removed.v1")
    assert "emoji" not in gone
    assert "expires_at" in gone
    cloud.reactions.withdraw(aiko.id, str(post.id))
    assert table.get(key, consistent=True) == gone
    cloud.reactions.react(aiko.person, str(post.id), "👍")
    again = table.get(key, consistent=True)
    assert again is not None
    assert again["sequence"] == first["sequence"] + 2
    assert "expires_at" not in again


def test_an_act_is_counted_for_two_units_and_ten_together_for_eleven(cloud: Cloud) -> None:
    post = cloud.publish(cloud.joined())
    counting = Counting(cloud.counts, cloud.counts)
    units = []
    for one in moves(post, 40):
        cloud.meter.reset()
        counting.count([one])
        units.append(cloud.meter.written)
    assert max(units) == 2.0, "the counter stays under 1 KB, whatever is open"
    cloud.meter.reset()
    counting.count(moves(post, 10, 2))
    assert cloud.meter.written == 11.0
    cloud.meter.reset()
    counting.count(moves(post, 40, 1))
    assert cloud.meter.written == 0.0, "a redelivery writes nothing"
    far = PostId(post.id.author, FAR)
    assert sums(cloud, far) == {"🍁": 40}
    assert len(cloud.counts.reactors(far, None, 50).reactions) == 40


def test_many_who_count_at_once_count_each_act_once(cloud: Cloud) -> None:
    post = cloud.publish(cloud.joined())
    counting = Counting(cloud.counts, cloud.counts)

    def insist(some: list[Move]) -> None:
        for _ in range(20):
            try:
                counting.count(some)
            except Exception:
                continue
            return

    work = [moves(post, 30)[start : start + 6] for start in range(0, 30, 3)]
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(insist, work + work))
    assert sums(cloud, PostId(post.id.author, FAR)) == {"🍁": 30}


def test_a_page_of_reactors_goes_on_where_it_ended_and_leaves_out_who_withdrew(cloud: Cloud) -> None:
    post = cloud.publish(cloud.joined())
    counting = Counting(cloud.counts, cloud.counts)
    counting.count(moves(post, 5))
    far, gone = PostId(post.id.author, FAR), person(2)
    counting.count([Move(far, f"E#{gone.id}", Standing(2))])
    first = cloud.counts.reactors(far, None, 3)
    rest = cloud.counts.reactors(far, first.next, 10)
    found: list[Person] = [one.person for one in (*first.reactions, *rest.reactions)]
    assert found == [person(number) for number in (0, 1, 3, 4)]
    assert rest.next is None


def test_counts_of_a_page_of_posts_are_one_call_and_what_one_did_to_them_half_a_unit_in_all(
    cloud: Cloud,
) -> None:
    aiko = cloud.joined()
    posts = [cloud.publish(aiko, key=str(ULID())).id for _ in range(20)]
    for post in posts:
        cloud.counts.keep(Shard(post, 0, 1, {"🍁": 1}))
    cloud.acts.bookmark(aiko.id, posts[3])
    cloud.acts.bookmark(aiko.id, posts[0])
    cloud.acts.forget(aiko.id, posts[0])
    cloud.posts.table.put(bare_reaction(aiko.id, posts[3]), {})
    cloud.acts.bookmark(aiko.id, posts[19])
    cloud.meter.reset()
    assert cloud.counts.sums(posts) == {post: {"🍁": 1} for post in posts}
    assert cloud.meter.calls == ["BatchGetItem"], "half a unit each; the local cloud does not say so"
    cloud.meter.reset()
    own = cloud.acts.own(aiko.id, posts)
    assert own == {posts[3]: Own("🍁", bookmarked=True), posts[19]: Own(bookmarked=True)}
    assert (cloud.meter.units, cloud.meter.calls) == (0.5, ["Query"])
    assert cloud.people.named([aiko.id, "nobody"]) == {aiko.id: aiko.person}


def test_what_one_did_between_two_posts_far_apart_is_found_however_much_it_is(cloud: Cloud) -> None:
    aiko = cloud.joined()
    posts = [PostId(aiko.id, str(ULID.from_timestamp(float(at)))) for at in range(1, OWN_LIMIT + 30)]
    for post in posts:
        cloud.acts.react(aiko.person, post, "🍁")
    asked = [posts[0], posts[-1], posts[-2], PostId(aiko.id, str(ULID.from_timestamp(50.5)))]
    assert cloud.acts.own(aiko.id, asked) == dict.fromkeys(asked[:3], Own("🍁"))


def test_a_bookmark_is_one_write_and_the_index_and_pages_go_on_where_they_ended(cloud: Cloud) -> None:
    aiko, ben = cloud.joined(), cloud.joined()
    posts = [cloud.publish(aiko, key=str(ULID())).id for _ in range(5)]
    for post in posts:
        cloud.meter.reset()
        cloud.acts.bookmark(ben.id, post)
        assert cloud.meter.calls == ["PutItem"]
        time.sleep(0.002)  # the order of two within a millisecond is left to chance
    cloud.acts.bookmark(ben.id, posts[0])
    cloud.acts.forget(ben.id, posts[1])
    cloud.publishing.delete(str(posts[2]), aiko.id)
    first = cloud.bookmarks.of(ben.id, None, 2)
    assert [post.id for post in first.posts] == [posts[4], posts[3]]
    rest = cloud.bookmarks.of(ben.id, first.next, 2)
    assert [post.id for post in rest.posts] == [posts[0]]
    assert rest.next is None


def test_a_counter_that_spread_is_read_whole(cloud: Cloud) -> None:
    post = cloud.publish(cloud.joined())
    far = PostId(post.id.author, FAR)
    cloud.counts.keep(Shard(far, 0, 1, spread=True))
    Counting(cloud.counts, cloud.counts).count(moves(post, 20))
    assert cloud.counts.sums([far, post.id]) == {far: {"🍁": 20}, post.id: {}}


def test_a_person_who_votes_on_many_devices_at_once_has_one_vote(cloud: Cloud) -> None:
    ben = cloud.joined()
    far = PostId(cloud.joined().id, FAR)
    with ThreadPoolExecutor(8) as devices:
        said = list(devices.map(lambda number: tuple(cloud.acts.vote(ben.id, far, (number,))), range(8)))
    assert len(set(said)) == 1
    assert cloud.acts.own(ben.id, [far]) == {far: Own(vote=said[0])}
    cloud.meter.reset()
    cloud.acts.vote(cloud.joined().id, far, (1,))
    assert cloud.meter.calls[-1] == "PutItem"


def test_a_poll_read_back_is_the_same(cloud: Cloud) -> None:
    aiko = cloud.joined()
    question = Question(("嵐山", "高雄"), multiple=True, minutes=60)
    post = cloud.publishing.publish(
        aiko.person, "どこ？", (), None, Idempotency(None, ""), USUAL, None, question
    )
    assert cloud.posts.read(post.id) == post
    assert post.poll == checked_poll(question, post.id.created_at)
