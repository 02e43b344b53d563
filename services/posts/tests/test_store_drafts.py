"""Drafts on the cloud: conditions, the count, pages, and what they cost."""

from uuid import uuid4

import pytest
from chalicelib.drafts import Draft, DraftMoved, Gone, TooManyDrafts
from chalicelib.model import Post, State
from chalicelib.store import drafts as adapter
from contracts.http.idempotency import Idempotency
from contracts.http.versions import IfMatch
from tests.cloud import Cloud
from ulid import ULID

pytestmark = pytest.mark.cloud

CONTENT = {"text": "紅葉 🍁", "media": []}
ODD = {"text": "", "poll": {"options": ["a", 1.0, 1.5, None, {}]}}


def kept(cloud: Cloud, author: str) -> Draft:
    return cloud.drafts.add(author, CONTENT, Idempotency(str(ULID()), "digest"))


def test_a_draft_read_back_is_the_same(cloud: Cloud) -> None:
    author = str(uuid4())
    draft = cloud.drafts.add(author, ODD, Idempotency(None, "digest"))
    assert cloud.drafts.of(author, draft.ulid) == draft
    assert cloud.kept.add_draft(draft) == draft


def test_a_draft_that_moved_meanwhile_is_not_overwritten_or_discarded(cloud: Cloud) -> None:
    author = str(uuid4())
    draft = kept(cloud, author)
    cloud.drafts.put(author, draft.ulid, {"text": "二"}, IfMatch(None))
    assert not cloud.kept.discard_draft(draft)
    cloud.drafts.delete(author, draft.ulid)
    assert cloud.kept.find_draft(author, draft.ulid) == Gone(author, draft.ulid, 3)
    assert cloud.kept.add_draft(draft) == Gone(author, draft.ulid, 3)


def test_the_limit_counts_what_is_there(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "DRAFT_LIMIT", 2)
    author = cloud.joined()
    first, second = kept(cloud, author.id), kept(cloud, author.id)
    with pytest.raises(TooManyDrafts):
        kept(cloud, author.id)
    assert cloud.kept.add_draft(second) == second, "the key made it before"
    cloud.drafts.delete(author.id, first.ulid)
    kept(cloud, author.id)
    cloud.drafts.publish(author.person, second.ulid)
    kept(cloud, author.id)
    with pytest.raises(TooManyDrafts):
        kept(cloud, author.id)


def test_a_published_draft_is_gone_together(cloud: Cloud) -> None:
    author = cloud.joined()
    draft = kept(cloud, author.id)
    draft = cloud.drafts.put(author.id, draft.ulid, {"text": "紅葉"}, IfMatch(None))
    post = cloud.drafts.publish(author.person, draft.ulid)
    assert cloud.posts.read(post.id) == post
    assert cloud.kept.find_draft(author.id, draft.ulid) == Gone(author.id, draft.ulid, 3, post.id.ulid)
    assert cloud.drafts.publish(author.person, draft.ulid) == post
    with pytest.raises(DraftMoved):
        cloud.drafts.make(author.person, draft, str(ULID()))


def test_the_post_of_a_draft_waits_for_its_media(cloud: Cloud) -> None:
    author, media = cloud.joined(), str(ULID())
    draft = cloud.drafts.add(author.id, {"text": "写真", "media": [media]}, Idempotency(None, ""))
    post = cloud.drafts.publish(author.person, draft.ulid)
    assert isinstance(post, Post)
    assert (post.state, list(cloud.posts.waiting(media))) == (State.PENDING, [post.id])


def test_pages_skip_tombstones(cloud: Cloud) -> None:
    author = str(uuid4())
    made = [kept(cloud, author) for _ in range(5)]
    cloud.drafts.delete(author, made[2].ulid)
    first = cloud.drafts.page(author, None, 2)
    rest = cloud.drafts.page(author, first.next, 50)
    found = [draft.ulid for draft in (*first.drafts, *rest.drafts)]
    assert found == sorted((one.ulid for one in made if one != made[2]), reverse=True)


def test_what_a_draft_costs(cloud: Cloud) -> None:
    author = cloud.joined()
    costs = {}
    cloud.meter.reset()
    draft = kept(cloud, author.id)
    costs["make"] = cloud.meter.units
    cloud.meter.reset()
    cloud.drafts.put(author.id, draft.ulid, {"text": "紅葉"}, IfMatch(None))
    costs["change"] = cloud.meter.units
    cloud.meter.reset()
    cloud.drafts.publish(author.person, draft.ulid)
    costs["publish"] = cloud.meter.units
    # A transaction counts double; the count and the draft are read as they are now.
    assert costs == {"make": 1 + 4, "change": 1 + 1, "publish": 2 + 6}
