"""What becomes of an uploaded file, however often it is announced and wherever the work breaks off."""

import base64
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO

import pytest
from chalicelib.model import Media, Reason, State
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.fakes import BEN, Cloud, MemoryObjects, Outage
from tests.pictures import encoded, full_of_metadata, png_bomb, scene

PHOTO = full_of_metadata("image/jpeg")
NO_PHOTO = b"MZ\x90\x00 this program cannot be run in DOS mode"


def digest(file: bytes) -> str:
    return base64.b64encode(sha256(file).digest()).decode()


def test_a_photo_becomes_ready_and_its_upload_is_deleted() -> None:
    cloud = Cloud()
    media = cloud.uploaded(PHOTO, sha256=digest(PHOTO))
    cloud.intake(media.upload_key)
    ready = cloud.now(media)
    assert (ready.state, ready.sequence, ready.reason) == (State.READY, 2, None)
    assert list(cloud.bucket.objects) == ["media/k3y/display.webp"]
    [rendition] = ready.renditions
    stored = cloud.bucket.objects[rendition.key]
    assert (rendition.name, rendition.content_type, rendition.size) == ("display", "image/webp", len(stored))
    assert (rendition.width, rendition.height) == Image.open(BytesIO(stored)).size


@pytest.mark.parametrize(
    ("file", "declared", "reason"),
    [
        (NO_PHOTO, {}, Reason.WRONG_TYPE),
        (encoded(scene(), "image/png"), {}, Reason.WRONG_TYPE),
        (PHOTO, {"size": len(PHOTO) + 1}, Reason.WRONG_SIZE),
        (PHOTO, {"size": len(PHOTO) - 1}, Reason.WRONG_SIZE),
        (PHOTO, {"sha256": digest(b"another")}, Reason.WRONG_CHECKSUM),
        (PHOTO[:400], {}, Reason.UNREADABLE),
        (png_bomb(50_000, 50_000), {"content_type": "image/png"}, Reason.TOO_MANY_PIXELS),
        (b"", {}, Reason.WRONG_TYPE),
    ],
)
def test_a_file_at_fault_fails_with_its_reason_and_leaves_nothing(
    file: bytes, declared: dict[str, object], reason: Reason
) -> None:
    cloud = Cloud()
    media = cloud.uploaded(file, **declared)  # type: ignore[arg-type]
    cloud.intake(media.upload_key)
    failed = cloud.now(media)
    assert (failed.state, failed.reason, failed.renditions) == (State.FAILED, reason, ())
    assert failed.detail
    assert cloud.bucket.objects == {}


def test_a_file_of_another_size_is_not_even_read() -> None:
    cloud = Cloud()
    media = cloud.uploaded(bytes(10_000_000), size=10)
    cloud.intake(media.upload_key)
    assert cloud.bucket.read_bytes == 0


def test_announced_again_it_has_still_one_verdict() -> None:
    cloud = Cloud()
    media = cloud.uploaded(PHOTO)
    for _ in range(3):
        cloud.intake(media.upload_key)
    assert len(cloud.shelf.settled) == 1
    assert cloud.now(media).sequence == 2


@pytest.mark.parametrize("state", [State.READY, State.FAILED])
def test_what_is_uploaded_again_after_the_verdict_is_deleted_and_changes_nothing(state: State) -> None:
    cloud = Cloud()
    media = cloud.uploaded(PHOTO if state is State.READY else NO_PHOTO)
    cloud.intake(media.upload_key)
    settled, objects = cloud.now(media), dict(cloud.bucket.objects)
    assert settled.state is state
    cloud.bucket.objects[media.upload_key] = encoded(scene(32, 32))
    cloud.intake(media.upload_key)
    assert cloud.now(media) == settled
    assert cloud.bucket.objects == objects


@pytest.mark.parametrize(
    "key",
    [
        "uploads/",
        "uploads/aiko",
        "uploads/aiko/photo.jpg",
        "uploads/a1c0-aiko/01KAVPWJX0ABCDEFGHJKMNPQRS",
        "uploads/a1c0-aiko/01KAVPWJX0ABCDEFGHJKMNPQRS/more",
        "uploads/a/b/c 写真+.jpg",
    ],
)
def test_a_file_that_nobody_announced_is_deleted(key: str) -> None:
    cloud = Cloud()
    cloud.bucket.objects[key] = PHOTO
    cloud.intake(key)
    assert cloud.bucket.objects == {}
    assert cloud.shelf.settled == []


def test_a_file_in_anothers_folder_does_not_settle_their_session() -> None:
    cloud = Cloud()
    media = cloud.announced(PHOTO)
    stranger = f"uploads/{BEN}/{media.id}"
    cloud.bucket.objects[stranger] = PHOTO
    cloud.intake(stranger)
    assert cloud.bucket.objects == {}
    assert cloud.now(media).state is State.AWAITING


def test_a_file_that_is_gone_leaves_its_session_open() -> None:
    cloud = Cloud()
    media = cloud.announced(PHOTO)
    cloud.intake(media.upload_key)
    assert cloud.now(media).state is State.AWAITING


@pytest.mark.parametrize("file", [PHOTO, NO_PHOTO])
@pytest.mark.parametrize("after", [False, True])
def test_wherever_the_work_breaks_off_doing_it_again_ends_it(file: bytes, after: bool) -> None:
    undisturbed = Cloud()
    media = undisturbed.uploaded(file, id="01KAVPWJX0ABCDEFGHJKMNPQRS")
    undisturbed.intake(media.upload_key)
    broken_off = 0
    for step in range(1, 10):
        cloud = Cloud()
        cloud.uploaded(file, id=media.id)
        cloud.fail_at(step, after=after)
        try:
            cloud.intake(media.upload_key)
        except Outage:
            broken_off += 1
        cloud.fail_at(None)
        cloud.intake(media.upload_key)
        assert cloud.now(media) == undisturbed.now(media)
        assert cloud.bucket.objects == undisturbed.bucket.objects
        assert len(cloud.shelf.settled) == 1
    assert broken_off >= 3


class Interrupted(MemoryObjects):
    """A bucket in which something else happens while a file is being read."""

    meanwhile: Callable[[], None] | None = None

    def read(self, key: str, size: int) -> bytes | None:
        data = super().read(key, size)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()
        return data


def raced(first: bytes, second: bytes, content_type: str = "image/jpeg") -> tuple[Cloud, Media]:
    """The first file is being judged when the second replaces it and is brought to its end."""
    bucket = Interrupted()
    cloud = Cloud(bucket=bucket)
    media = cloud.uploaded(first, content_type)

    def meanwhile() -> None:
        bucket.objects[media.upload_key] = second
        cloud.intake(media.upload_key)

    bucket.meanwhile = meanwhile
    cloud.intake(media.upload_key)
    return cloud, media


def test_of_two_photos_the_one_written_first_is_the_one_that_is_described() -> None:
    wide, tall = (encoded(scene(*size), "image/png") for size in ((64, 48), (48, 64)))
    length = max(len(wide), len(tall))
    cloud, media = raced(wide.ljust(length, b"\0"), tall.ljust(length, b"\0"), "image/png")
    [rendition] = cloud.now(media).renditions
    assert (rendition.width, rendition.height) == (48, 64)
    assert list(cloud.bucket.objects) == [rendition.key]
    assert Image.open(BytesIO(cloud.bucket.objects[rendition.key])).size == (48, 64)
    assert len(cloud.shelf.settled) == 1


def test_a_photo_after_one_that_broke_off_is_described_as_what_was_written() -> None:
    wide, tall = (encoded(scene(*size), "image/png") for size in ((64, 48), (48, 64)))
    length = max(len(wide), len(tall))
    cloud = Cloud()
    media = cloud.uploaded(wide.ljust(length, b"\0"), "image/png")
    cloud.fail_at(3, after=True)  # found, read, written
    with pytest.raises(Outage):
        cloud.intake(media.upload_key)
    assert media.display_key in cloud.bucket.objects
    cloud.fail_at(None)
    cloud.bucket.objects[media.upload_key] = tall.ljust(length, b"\0")
    cloud.intake(media.upload_key)
    [rendition] = cloud.now(media).renditions
    stored = cloud.bucket.objects[rendition.key]
    assert (rendition.width, rendition.height) == Image.open(BytesIO(stored)).size == (64, 48)
    assert rendition.size == len(stored)


def test_a_photo_that_lost_to_a_refusal_leaves_no_rendition() -> None:
    cloud, media = raced(PHOTO, bytes(len(PHOTO)))
    assert cloud.now(media).state is State.FAILED
    assert cloud.bucket.objects == {}


def test_a_refusal_that_lost_to_a_photo_leaves_the_rendition() -> None:
    cloud, media = raced(bytes(len(PHOTO)), PHOTO)
    [rendition] = cloud.now(media).renditions
    assert list(cloud.bucket.objects) == [rendition.key]


def test_a_session_that_vanishes_meanwhile_leaves_nothing() -> None:
    bucket = Interrupted()
    cloud = Cloud(bucket=bucket)
    media = cloud.uploaded(PHOTO)
    bucket.meanwhile = cloud.shelf.items.clear
    cloud.intake(media.upload_key)
    assert bucket.objects == {}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["photo", "junk", "none"]), st.none() | st.integers(1, 8), st.booleans()),
        min_size=1,
        max_size=6,
    )
)
def test_any_run_of_uploads_announcements_and_outages_ends_whole(
    run: list[tuple[str, int | None, bool]],
) -> None:
    cloud = Cloud()
    media = cloud.announced(PHOTO)
    files = {"photo": PHOTO, "junk": bytes(len(PHOTO))}
    for upload, step, after in run:
        if upload in files:
            cloud.bucket.objects[media.upload_key] = files[upload]
        cloud.fail_at(step, after=after)
        try:
            cloud.intake(media.upload_key)
        except Outage:
            continue
    cloud.fail_at(None)
    cloud.intake(media.upload_key)
    end = cloud.now(media)
    assert media.upload_key not in cloud.bucket.objects
    assert list(cloud.bucket.objects) == [rendition.key for rendition in end.renditions]
    assert (end.state is State.READY) == bool(end.renditions)
    assert len(cloud.shelf.settled) == (end.state is not State.AWAITING)
