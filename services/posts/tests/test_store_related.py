"""Lists, editions and reposts on the cloud: pages, conditions, and what they cost."""

from dataclasses import replace

import pytest
from chalicelib.editing import Wording
from chalicelib.listings import Listings, under
from chalicelib.model import Deleted, Post, PostId
from chalicelib.people import Profile
from chalicelib.reposting import Losses
from chalicelib.store.editions import EditionsTable
from chalicelib.store.embeddings import EmbeddingsTable
from chalicelib.terms import Terms
from contracts.http.idempotency import Idempotency
from contracts.http.versions import IfMatch
from tests.cloud import Cloud
from ulid import ULID

pytestmark = pytest.mark.cloud

NO_KEY = Idempotency(None, "")
MEDIAN = "八時に改札で待っています。雨なら店の中で。"


class Nowhere:
    """A queue of which nothing is heard."""

    def send(self, other: PostId, after: str) -> None:
        """Send nothing."""


def answer(cloud: Cloud, author: Profile, parent: Post, text: str = MEDIAN) -> Post:
    return cloud.publishing.publish(author.person, text, (), str(parent.id), NO_KEY)


def listings(cloud: Cloud) -> Listings:
    return Listings(cloud.posts, cloud.lists)


def test_a_page_of_a_thread_at_any_depth_costs_two_units_and_half_a_unit_for_relations(cloud: Cloud) -> None:
    aiko, ben = cloud.joined(), cloud.joined()
    posts = [cloud.publish(aiko, MEDIAN)]
    for _ in range(45):
        posts.append(answer(cloud, aiko, posts[-1]))
        listings(cloud).follow(posts[-1].id)
    seen: list[Post | Deleted] = []
    cursor = None
    for expected in (5, 3, 3):
        cloud.meter.reset()
        rows = cloud.threads.thread(str(posts[30].id), ben.id, cursor, 20)
        assert len(cloud.meter.calls) <= expected
        seen += rows.posts
        cursor = rows.next
    assert seen == posts
    items = cloud.lists.table.query_all(
        KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": f"post#{posts[0].id}"}}
    )
    sizes = [sum(len(name) + len(str(value).encode()) for name, value in item.items()) for item in items]
    assert sum(sizes[:20]) <= 8_192, "twenty rows in one unit, and the post and its beginning in another"


def test_lists_hold_a_post_as_it_is_and_a_gap_where_it_was(cloud: Cloud) -> None:
    aiko = cloud.joined()
    first, tag = cloud.publish(aiko), f"秋{str(ULID())[-12:].lower()}"
    post = answer(cloud, aiko, first, f"#{tag} と #京都")
    listings(cloud).follow(post.id)
    assert list(cloud.threads.tag(tag, aiko.id, None, 20).posts) == [post]
    better = cloud.editing.edit(str(post.id), aiko.id, Wording("#京都 だけ"), IfMatch(None))
    listings(cloud).follow(post.id)
    assert not cloud.threads.tag(tag, aiko.id, None, 20).posts
    better = replace(better, edits=0)  # how often it was edited is kept beside the post only
    assert list(cloud.threads.thread(str(first.id), aiko.id, None, 20).posts) == [first, better]
    assert list(cloud.threads.replies(aiko.id, aiko.id, None, 20).posts) == [better]
    assert set(cloud.lists.tags(post.id)) == {under(tag), under("京都")}
    cloud.publishing.delete(str(post.id), aiko.id)
    listings(cloud).follow(post.id)
    _, gap = cloud.threads.thread(str(first.id), aiko.id, None, 20).posts
    assert gap == Deleted(post.id, 0)
    assert not cloud.threads.replies(aiko.id, aiko.id, None, 20).posts
    assert not cloud.lists.tags(post.id)


def test_an_edit_is_one_transaction_and_its_history_one_query(cloud: Cloud) -> None:
    aiko = cloud.joined()
    post = cloud.publish(aiko, "一")
    cloud.meter.reset()
    edited = cloud.editing.edit(str(post.id), aiko.id, Wording("二", "注意", "ja"), IfMatch(None))
    assert (cloud.meter.calls, cloud.meter.units) == (["GetItem", "TransactWriteItems"], 5)
    assert cloud.posts.read(post.id) == edited
    history = cloud.editing.history(str(post.id), aiko.id)
    assert [one.wording.text for one in history] == ["一", "二"]


def test_of_two_edits_of_the_same_version_one_is_stored(cloud: Cloud) -> None:
    aiko = cloud.joined()
    post = cloud.publish(aiko, "一")
    cloud.editing.edit(str(post.id), aiko.id, Wording("二"), IfMatch(None))

    stale = EditionsTable(cloud.posts.table, cloud.posts)
    assert not stale.edit(Post(post.id, post.author, "三", sequence=2), post)


def test_a_repost_is_there_once_and_goes_with_its_mark(cloud: Cloud) -> None:
    aiko, ben = cloud.joined(), cloud.joined()
    post = cloud.publish(aiko)
    cloud.meter.reset()
    repost = cloud.reposting.repost(ben.person, str(post.id))
    assert cloud.meter.units == 4 + 0.5 + 0.5
    assert cloud.posts.read(repost.id) == repost
    assert cloud.reposting.repost(ben.person, str(post.id)) == repost
    cloud.reposting.undo(ben.id, str(post.id))
    assert isinstance(cloud.posts.read(repost.id), Deleted)
    assert cloud.reposting.repost(ben.person, str(post.id)).id != repost.id


def test_what_shows_a_deleted_post_goes_or_goes_on_without_it(cloud: Cloud) -> None:
    aiko, ben = cloud.joined(), cloud.joined()
    post = cloud.publish(aiko, "元")
    quote = cloud.publishing.publish(ben.person, "これ", (), None, NO_KEY, Terms(), str(post.id))
    repost = cloud.reposting.repost(ben.person, str(post.id))
    embeddings = EmbeddingsTable(cloud.posts.table, cloud.posts)
    losses = Losses(cloud.posts, embeddings, Nowhere())
    for one in (quote, repost):
        losses.shown(one.id, post.id)
    first = embeddings.noted(post.id, None, 1)
    rest = embeddings.noted(post.id, first.next, 10)
    assert {*first.posts, *rest.posts} == {quote.id, repost.id}
    cloud.publishing.delete(str(post.id), aiko.id)
    losses.went(post.id)
    left = cloud.posts.read(quote.id)
    assert isinstance(left, Post)
    assert left.quote
    assert left.quote.gone
    assert isinstance(cloud.posts.read(repost.id), Deleted)
