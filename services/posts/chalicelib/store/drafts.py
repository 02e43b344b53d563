"""The drafts in the table `posts`, and the posts that they become.

`<author>` / `D#<ulid>` is a draft or its tombstone, which names the post that the draft became;
`<author>` / `DRAFTS` counts the drafts that are there, so that the limit holds whatever happens at once.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, override

from contracts.transport.items import Item, outbox

from chalicelib.drafts import (
    DRAFT_LIMIT,
    Draft,
    DraftMoved,
    DraftSlice,
    Gone,
    Refusal,
    TooManyDrafts,
    fit,
)
from chalicelib.model import TOMBSTONE_LIFE, Deleted, Post
from chalicelib.publishing import MediaMoved
from chalicelib.store.posts import PostsTable
from chalicelib.store.table import REFUSED, Key, Table, attributes_of, prefixed, unmoved

COUNTER = "DRAFTS"


@dataclass(frozen=True)
class DraftsTable:
    """Drafts.

    Parameters
    ----------
    table
        The table `posts`.
    now
        Tells the time, in UTC.
    """

    table: Table
    now: Callable[[], datetime]

    def add_draft(self, draft: Draft) -> Draft | Gone | None:
        """Store a new draft and count it."""
        while True:
            counting = self.counting(draft.author, 1)
            if counting is None:
                stored = self.find_draft(draft.author, draft.ulid)
                if stored is None:
                    raise TooManyDrafts(f"You have {DRAFT_LIMIT} drafts, the most there may be: delete some.")
                return stored
            codes = self.table.transact([self.table.put_in(_item(draft), unmoved(None)), counting])
            if codes is None:
                return None
            if codes[0] == REFUSED:
                return self.find_draft(draft.author, draft.ulid)

    def find_draft(self, author: str, ulid: str) -> Draft | Gone | None:
        """Return a draft with every finished write."""
        item = self.table.get(_draft(author, ulid), consistent=True)
        return _read(item) if item else None

    def save_draft(self, draft: Draft) -> bool:
        """Store a draft whose `sequence` is one more than the stored one's; False if it moved meanwhile."""
        return self.table.put(_item(draft), unmoved(draft.sequence - 1)) is None

    def discard_draft(self, draft: Draft) -> bool:
        """Put a tombstone in a draft's place; False if it moved meanwhile."""
        while True:
            codes = self.table.transact(self.discarding(draft, None))
            if codes is None or codes[0] == REFUSED:
                return codes is None

    def page_of_drafts(self, author: str, after: str | None, limit: int) -> DraftSlice:
        """Return the drafts that follow the position `after`, newest first, without tombstones."""
        query = prefixed(author, "D#") | {
            "ScanIndexForward": False,
            "Limit": limit,
            "FilterExpression": "attribute_not_exists(deleted)",
        }
        if after:
            query["ExclusiveStartKey"] = attributes_of(_draft(author, after))
        items, last = self.table.query(**query)
        return DraftSlice([draft_of(item) for item in items], _ulid(last["sk"]["S"]) if last else None)

    def claim(self, author: str, key: str, ulid: str) -> str:
        """Return the ULID that an author's key stands for: `ulid`, if the key is new."""
        return PostsTable(self.table, self.now).claim(author, key, ulid)

    def discarding(self, draft: Draft, became: str | None) -> list[dict[str, Any]]:
        """Return the writes of a transaction that put a tombstone in a draft's place, that one first."""
        pk, sk = _draft(draft.author, draft.ulid)
        tombstone = {
            "pk": pk,
            "sk": sk,
            "deleted": True,
            "became": became,
            **self._ended(draft),
            "expires_at": int((self.now() + TOMBSTONE_LIFE).timestamp()),
        }
        counting = self.counting(draft.author, -1)
        return [
            self.table.put_in(tombstone, unmoved(draft.sequence)),
            *([counting] if counting else []),
        ]

    def _ended(self, draft: Draft) -> Item:
        """Return what the tombstone of a draft says: one that is still to fire is not to."""
        sequence, now = draft.sequence + 1, self.now()
        if draft.publish_at is None or draft.publish_at <= now:
            return {"sequence": sequence}
        said = outbox("draft.unscheduled.v1", sequence=sequence, actor=draft.author, at=now)
        return {"replaces": draft.schedule, **said}

    def counting(self, author: str, by: int) -> dict[str, Any] | None:
        """Return the write that counts one draft more or less, None if there are as many as may be."""
        counter = self.table.get((author, COUNTER), consistent=True) or {"sequence": None, "drafts": 0}
        drafts = counter["drafts"] + by
        if not 0 <= drafts <= DRAFT_LIMIT:
            return None
        seen = counter["sequence"]
        counted = {"pk": author, "sk": COUNTER, "drafts": drafts, "sequence": (seen or 0) + 1}
        return self.table.put_in(counted, unmoved(seen))


@dataclass(frozen=True)
class PostsFromDraft(PostsTable):
    """The posts, where a new one takes the place of a draft: both change or neither.

    Parameters
    ----------
    draft
        What becomes the post.
    ulid
        The post's name, whatever an Idempotency-Key would make of it.
    """

    draft: Draft
    ulid: str

    @override
    def add(self, post: Post, unknown: Sequence[str]) -> Post | Deleted | None:
        """Store a post and take away its draft, on condition that both are as they were seen."""
        fit(post)
        drafts = DraftsTable(self.table, self.now)
        writes = drafts.discarding(self.draft, post.id.ulid) + self.adding(post, unknown)
        codes = self.table.transact(writes)
        if codes is None:
            return None
        if codes[0] == REFUSED:
            raise DraftMoved
        stored = self.read(post.id)
        if stored is None:
            raise MediaMoved
        return stored

    @override
    def claim(self, author: str, key: str, ulid: str) -> str:
        """Return the post's name, which needs no claim: the draft is there once."""
        return self.ulid


def _draft(author: str, ulid: str) -> Key:
    return author, f"D#{ulid}"


def _ulid(sk: str) -> str:
    return sk.removeprefix("D#")


def _item(draft: Draft) -> Item:
    pk, sk = _draft(draft.author, draft.ulid)
    return {
        "pk": pk,
        "sk": sk,
        "content": json.dumps(draft.content, ensure_ascii=False, separators=(",", ":")),
        "digest": draft.digest,
        "changed_at": draft.changed_at.isoformat(),
        "publish_at": draft.publish_at.isoformat() if draft.publish_at else None,
        "schedule": draft.schedule,
        "replaces": draft.replaces,
        "refusal": asdict(draft.refusal) if draft.refusal else None,
        **_said(draft),
    }


def _said(draft: Draft) -> Item:
    """Return the version of a draft, and what it says to the world: only of its schedule."""
    if draft.schedule == draft.sequence:
        event = "draft.scheduled.v1"
    elif draft.replaces is not None:
        event = "draft.unscheduled.v1"
    else:
        return {"sequence": draft.sequence}
    return outbox(event, sequence=draft.sequence, actor=draft.author, at=draft.changed_at)


def _read(item: Item) -> Draft | Gone:
    if "deleted" in item:
        return Gone(item["pk"], _ulid(item["sk"]), item["sequence"], item.get("became"))
    return draft_of(item)


def draft_of(item: Item) -> Draft:
    """Return the draft that an item holds."""
    return Draft(
        author=item["pk"],
        ulid=_ulid(item["sk"]),
        content=json.loads(item["content"]),
        digest=item["digest"],
        changed_at=datetime.fromisoformat(item["changed_at"]),
        sequence=item["sequence"],
        publish_at=time_of(item),
        schedule=item.get("schedule"),
        replaces=item.get("replaces"),
        refusal=Refusal(**item["refusal"]) if "refusal" in item else None,
    )


def time_of(item: Item) -> datetime | None:
    """Return when the draft of an item is to be published."""
    return datetime.fromisoformat(item["publish_at"]) if "publish_at" in item else None
