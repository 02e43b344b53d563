"""What happens to an uploaded file: it is judged once, its rendition is written, and it is deleted.

S3 announces a file at least once, and any step may fail, so each may be done again: a rendition has one
key, and the first to be written there stays; the item takes its one verdict by a conditional write; what
must go is deleted whenever the file is announced again. What fails here is raised, so that Lambda
delivers the announcement again; a file at fault is a verdict.
"""

import base64
import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Protocol

from contracts.transport import trace

from chalicelib import images
from chalicelib.headers import read_header
from chalicelib.images import Picture
from chalicelib.model import (
    Media,
    Reason,
    Refused,
    Rendition,
    State,
    Verdict,
    WrongSize,
    parse_upload_key,
)

logger = logging.getLogger("hidoki.media")


class Shelf(Protocol):
    """Where media items are kept."""

    def find(self, media_id: str) -> Media | None:
        """Return an item as it is now, or None."""

    def settle(self, media: Media, verdict: Verdict, at: datetime) -> bool:
        """Give an item its verdict, unless it has one (or is gone): then False."""


class Objects(Protocol):
    """The media bucket."""

    def read(self, key: str, size: int) -> bytes | None:
        """Return an object of just that size, or None if there is no object.

        Raises
        ------
        WrongSize
            If the object has another size; it is not read then.
        """

    def put_if_absent(self, key: str, data: bytes, content_type: str) -> bytes:
        """Write an object that never changes; return what is there, which an earlier writer may have put."""

    def delete(self, key: str) -> None:
        """Delete an object, if it is there."""


@dataclass(frozen=True)
class Intake:
    """Takes in the files that arrive in the bucket."""

    shelf: Shelf = field(repr=False)
    objects: Objects = field(repr=False)

    def __call__(self, key: str) -> None:
        """Bring the file at `key` to its end, whatever was done before."""
        owner, media_id = parse_upload_key(key) or (None, None)
        media = self.shelf.find(media_id) if media_id else None
        if media is None or media.owner != owner:
            logger.warning("deleted a file that nobody announced", extra={"media_id": media_id})
            self.objects.delete(key)
            return
        with trace.continued("media:intake", media.trace):
            self._finish(media)

    def _finish(self, media: Media) -> None:
        if media.state is State.AWAITING:
            verdict = self._judged(media)
            if verdict is None:
                logger.warning("the file is gone", extra={"media_id": media.id})
                return
            if self.shelf.settle(media, verdict, datetime.now(UTC)):
                logger.info("settled", extra={"media_id": media.id, "ready": verdict.reason is None})
        self._clear(media)

    def _judged(self, media: Media) -> Verdict | None:
        try:
            data = self.objects.read(media.upload_key, media.size)
            if data is None:
                return None
            _check_sum(data, media.sha256)
            picture = images.display(data, media.content_type)
        except WrongSize as wrong:
            detail = f"The file was declared with {media.size} bytes, but has {wrong.size}."
            return Verdict(reason=Reason.WRONG_SIZE, detail=detail)
        except Refused as refused:
            cause = type(refused.__cause__).__name__
            logger.info("refused", extra={"media_id": media.id, "reason": refused.reason, "cause": cause})
            return Verdict(reason=refused.reason, detail=refused.detail)
        return Verdict(renditions=(self._written(media, picture),))

    def _written(self, media: Media, picture: Picture) -> Rendition:
        """Write the rendition; should another be there already, it is the one that counts."""
        stored = self.objects.put_if_absent(media.display_key, picture.data, images.CONTENT_TYPE)
        header = read_header(stored)
        assert header is not None
        return Rendition(
            "display", media.display_key, images.CONTENT_TYPE, header.width, header.height, len(stored)
        )

    def _clear(self, media: Media) -> None:
        """Delete the upload, which may say where it was taken, and the rendition of an item without one."""
        settled = self.shelf.find(media.id)
        if settled is None or settled.state is State.FAILED:
            self.objects.delete(media.display_key)
        self.objects.delete(media.upload_key)


def _check_sum(data: bytes, declared: str | None) -> None:
    if declared and base64.b64encode(sha256(data).digest()).decode() != declared:
        raise Refused(Reason.WRONG_CHECKSUM, "The file has another SHA-256 than was declared.")
