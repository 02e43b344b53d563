"""Who deletes their account leaves no file and no item, wherever a step fails."""

from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from chalicelib.erasure import Erasure
from chalicelib.model import AccountDeleted, Media
from chalicelib.uploads import Declared, open_session
from contracts.http.idempotency import Idempotency
from contracts.transport.erasing import PAGE, Erasing
from own_queues import MemoryOwnQueue
from tests.fakes import AIKO, BEN, NOON, Cloud, Outage
from tests.memory_items import MemoryItems
from tests.pictures import full_of_metadata

PHOTO = full_of_metadata("image/jpeg")


@dataclass
class Leaving:
    """A cloud from which somebody leaves."""

    cloud: Cloud = field(default_factory=Cloud)

    def __post_init__(self) -> None:
        self.items = MemoryItems(self.cloud.shelf)

    def erase(self) -> None:
        queue = MemoryOwnQueue()
        erasing = Erasing(Erasure(self.items, self.cloud.bucket, lambda: NOON).steps(), queue)
        erasing.work({"user": AIKO, "sequence": 2, "step": "farewell", "after": None})
        while queue.waiting:
            erasing.work(queue.waiting.pop()[1])

    def ready(self, **fields: str) -> Media:
        media = self.cloud.uploaded(PHOTO, "image/jpeg", **fields)
        self.cloud.intake(media.upload_key)
        return self.cloud.now(media)


@pytest.fixture
def leaving() -> Leaving:
    return Leaving()


def test_all_items_and_files_of_a_leaver_go_and_no_others(leaving: Leaving) -> None:
    mine = [leaving.ready(token="one"), leaving.cloud.uploaded(PHOTO, token="two")]
    bens = leaving.ready(owner=BEN, token="three")
    leaving.erase()
    assert leaving.items.deleted == {mine[0].id: 3, mine[1].id: 2}
    assert set(leaving.cloud.bucket.objects) == {bens.display_key}


def test_more_than_a_page_goes_too(leaving: Leaving) -> None:
    every = [leaving.cloud.announced(PHOTO, token=str(number)) for number in range(PAGE + 1)]
    leaving.erase()
    assert leaving.items.deleted.keys() == {media.id for media in every}


@pytest.mark.parametrize("after", [False, True])
def test_an_outage_at_any_step_leaves_nothing_once_it_is_done_again(after: bool) -> None:
    for step in range(1, 10):
        fresh = Leaving()
        media = fresh.ready()
        fresh.cloud.fail_at(step, after=after)
        with suppress(Outage):
            fresh.erase()
        fresh.cloud.fail_at(None)
        fresh.erase()
        assert fresh.items.deleted == {media.id: 3}
        assert not fresh.cloud.bucket.objects


def test_a_file_that_is_being_taken_in_meanwhile_leaves_no_rendition(leaving: Leaving) -> None:
    media = leaving.cloud.uploaded(PHOTO)
    written = {media.display_key: b"a rendition", media.upload_key: b"the file"}
    leaving.items.before_delete = lambda: leaving.cloud.bucket.objects.update(written)
    leaving.erase()
    assert leaving.items.deleted == {media.id: 2}
    assert not leaving.cloud.bucket.objects


def test_a_leaver_opens_no_session(leaving: Leaving) -> None:
    leaving.erase()
    with pytest.raises(AccountDeleted):
        open_session(leaving.cloud.shelf, AIKO, Declared("image/jpeg", 9), Idempotency(None, ""), NOON, None)
