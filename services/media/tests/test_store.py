"""The media table and bucket on the cloud: conditions, forms that S3 refuses, and a photo's whole way."""

import base64
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import uuid4

import httpx
import pytest
from chalicelib.model import SESSION_KEPT, UPLOAD_WITHIN, Media, Reason, Rendition, State, Verdict, WrongSize
from chalicelib.store import IMMUTABLE, MediaBucket, MediaTable
from chalicelib.uploads import Form
from PIL import Image
from tests.pictures import PLANTED, full_of_metadata, png_bomb
from ulid import ULID

pytestmark = pytest.mark.cloud

PHOTO = full_of_metadata("image/jpeg", orientation=6)
DISPLAY = Rendition("display", "media/k3y/display.webp", "image/webp", 48, 64, 1_000)


@pytest.fixture(scope="module")
def dynamodb() -> Any:
    import boto3

    return boto3.client("dynamodb")


@pytest.fixture(scope="module")
def s3() -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client("s3", config=Config(signature_version="s3v4"))


@pytest.fixture
def table(dynamodb: Any) -> MediaTable:
    return MediaTable(dynamodb, os.environ["TABLE_MEDIA"])


@pytest.fixture
def bucket(s3: Any) -> MediaBucket:
    return MediaBucket(s3, os.environ["MEDIA_BUCKET"])


def announced(file: bytes = PHOTO, **fields: Any) -> Media:
    media = Media(
        id=str(ULID()),
        owner=str(uuid4()),
        content_type="image/jpeg",
        size=len(file),
        sha256=base64.b64encode(sha256(file).digest()).decode(),
        alt="京都の紅葉",
        token=uuid4().hex,
        request="digest",
        upload_until=datetime.now(UTC) + UPLOAD_WITHIN,
        trace="Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0",
    )
    return replace(media, **fields)


def test_an_item_is_found_as_it_was_opened(table: MediaTable) -> None:
    for media in (announced(), announced(sha256=None, alt="", trace=None)):
        assert table.open(media)
        assert table.find(media.id) == media


def test_an_id_is_opened_once(table: MediaTable) -> None:
    media = announced()
    assert table.open(media)
    assert not table.open(replace(media, owner="another"))
    assert table.find(media.id) == media
    assert table.find(str(ULID())) is None


def test_a_session_waits_two_days_and_is_then_gone_swept_or_not(table: MediaTable, dynamodb: Any) -> None:
    media = announced()
    table.open(media)
    key = {"pk": {"S": f"M#{media.id}"}, "sk": {"S": "M"}}
    item = dynamodb.get_item(TableName=table.table, Key=key)["Item"]
    left = int(item["expires_at"]["N"]) - time.time()
    assert abs(left - SESSION_KEPT.total_seconds()) < 60
    expired = {"N": str(int(time.time()) - 1)}
    dynamodb.put_item(TableName=table.table, Item=item | {"expires_at": expired})
    assert table.find(media.id) is None
    assert table.open(replace(media, owner="another"))


@pytest.mark.parametrize(
    "verdict",
    [Verdict(renditions=(DISPLAY,)), Verdict(reason=Reason.ANIMATED, detail="The image moves.")],
)
def test_an_item_takes_one_verdict_and_then_stays(table: MediaTable, dynamodb: Any, verdict: Verdict) -> None:
    media = announced()
    assert not table.settle(media, verdict, datetime.now(UTC))
    assert table.find(media.id) is None
    table.open(media)
    assert table.settle(media, verdict, datetime.now(UTC))
    assert not table.settle(media, Verdict(reason=Reason.UNREADABLE, detail="."), datetime.now(UTC))
    settled = table.find(media.id)
    assert settled
    assert (settled.sequence, settled.reason, settled.renditions) == (2, verdict.reason, verdict.renditions)
    assert settled.state is (State.FAILED if verdict.reason else State.READY)
    key = {"pk": {"S": f"M#{media.id}"}, "sk": {"S": "M"}}
    assert "expires_at" not in dynamodb.get_item(TableName=table.table, Key=key)["Item"]


def sent(form: Form, file: bytes, **changed: str | None) -> httpx.Response:
    """POST the file, with some of the form's fields changed or (None) left out."""
    fields = {name: value for name, value in (form.fields | changed).items() if value is not None}
    return httpx.post(form.url, data=fields, files={"file": ("photo.jpg", file)}, timeout=30)


def test_the_declared_file_is_taken(bucket: MediaBucket) -> None:
    assert sent(bucket.form(announced(), UPLOAD_WITHIN), PHOTO).status_code == 204


@pytest.mark.parametrize("file", [PHOTO[:-1], PHOTO + b"\0", b"", bytes(3 * len(PHOTO))])
def test_a_file_of_another_size_is_refused(bucket: MediaBucket, file: bytes) -> None:
    answer = sent(bucket.form(announced(), UPLOAD_WITHIN), file)
    assert answer.status_code == 400
    assert "EntityToo" in answer.text


@pytest.mark.parametrize(
    "changed",
    [
        {"Content-Type": "text/html"},
        {"Content-Type": None},
        {"key": "uploads/another/01KAVPWJX0ABCDEFGHJKMNPQRS"},
        {"key": "media/k3y/display.webp"},
        {"x-amz-checksum-sha256": base64.b64encode(bytes(32)).decode()},
        {"x-amz-checksum-sha256": None},
        {"acl": "public-read"},
        {"Cache-Control": "max-age=1"},
    ],
)
def test_a_form_with_any_field_changed_is_refused(
    bucket: MediaBucket, changed: dict[str, str | None]
) -> None:
    assert sent(bucket.form(announced(), UPLOAD_WITHIN), PHOTO, **changed).status_code == 403


def test_a_form_is_refused_once_it_has_expired(bucket: MediaBucket) -> None:
    assert sent(bucket.form(announced(), timedelta(seconds=-1)), PHOTO).status_code == 403


@pytest.fixture
def key(bucket: MediaBucket) -> Iterator[str]:
    """A key that no trigger watches."""
    key = f"media/{uuid4().hex}/display.webp"
    yield key
    bucket.delete(key)


def test_an_object_is_read_if_it_has_the_size_it_should_have(bucket: MediaBucket, key: str) -> None:
    assert bucket.read(key, 5) is None
    bucket.put_if_absent(key, b"photo", "image/webp")
    assert bucket.read(key, 5) == b"photo"
    for size in (4, 6):
        with pytest.raises(WrongSize) as wrong:
            bucket.read(key, size)
        assert wrong.value.size == 5


def test_a_rendition_once_written_never_changes(bucket: MediaBucket, s3: Any, key: str) -> None:
    assert bucket.put_if_absent(key, b"first", "image/webp") == b"first"
    assert bucket.put_if_absent(key, b"second", "image/webp") == b"first"
    head = s3.head_object(Bucket=bucket.bucket, Key=key)
    assert (head["ContentType"], head["CacheControl"]) == ("image/webp", IMMUTABLE)


def test_what_is_not_there_can_be_deleted(bucket: MediaBucket, key: str) -> None:
    bucket.delete(key)
    bucket.put_if_absent(key, b"photo", "image/webp")
    bucket.delete(key)
    assert bucket.read(key, 5) is None


def eventually(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Return what the condition gives once it is true; it is asked ten times a second."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "not within the deadline"
        time.sleep(0.1)
    return found


def test_an_uploaded_photo_becomes_a_clean_rendition(table: MediaTable, bucket: MediaBucket) -> None:
    media = announced()
    table.open(media)
    assert sent(bucket.form(media, UPLOAD_WITHIN), PHOTO).status_code == 204
    settled = eventually(lambda: (now := table.find(media.id)) and now.state is State.READY and now)
    [rendition] = settled.renditions
    data = bucket.read(rendition.key, rendition.size)
    assert data
    assert PLANTED not in data
    assert Image.open(BytesIO(data)).size == (rendition.width, rendition.height) == (48, 64)
    eventually(lambda: bucket.read(media.upload_key, media.size) is None)
    bucket.delete(rendition.key)


def test_an_uploaded_bomb_is_refused_and_gone(table: MediaTable, bucket: MediaBucket) -> None:
    bomb = png_bomb(50_000, 50_000)
    media = announced(bomb, content_type="image/png")
    table.open(media)
    assert sent(bucket.form(media, UPLOAD_WITHIN), bomb).status_code == 204
    settled = eventually(lambda: (now := table.find(media.id)) and now.state is not State.AWAITING and now)
    assert (settled.state, settled.reason) == (State.FAILED, Reason.TOO_MANY_PIXELS)
    eventually(lambda: bucket.read(media.upload_key, media.size) is None)


def test_a_file_without_a_session_is_deleted(bucket: MediaBucket, s3: Any) -> None:
    key = f"uploads/{uuid4()}/写真 1+2.jpg"
    s3.put_object(Bucket=bucket.bucket, Key=key, Body=PHOTO)
    eventually(lambda: bucket.read(key, len(PHOTO)) is None)
