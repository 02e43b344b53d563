"""Portraits: which upload of theirs a person shows as their avatar or header."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.model import MediaStatus
from chalicelib.people import InvalidProfile, Picture


class PictureNotReady(Exception):
    """An upload was not heard of yet."""


class Shelf(Protocol):
    """Knows what the media service said of uploads."""

    def known(self, media: Sequence[str]) -> Mapping[str, MediaStatus]:
        """Return the status of those that were heard of, with every finished write."""


@dataclass(frozen=True)
class Portraits:
    """Finds the pictures that a person may show of themselves."""

    shelf: Shelf

    def of(self, owner: str, media: Sequence[str | None]) -> list[Picture | None]:
        """Return the pictures of some uploads, in their order; None stays None.

        Raises
        ------
        PictureNotReady
            If one may still become ready.
        InvalidProfile
            If one failed, is gone, or is somebody else's.
        """
        named = list(dict.fromkeys(one for one in media if one is not None))
        known = self.shelf.known(named) if named else {}
        return [_picture(owner, one, known.get(one)) if one is not None else None for one in media]


def _picture(owner: str, media: str, status: MediaStatus | None) -> Picture:
    if status is None:
        raise PictureNotReady(f"The picture {media} is not ready yet: try again in a moment.")
    if status.owner != owner or status.media is None:
        raise InvalidProfile(f"The picture {media} can't be shown: upload one of your own.")
    shown = status.media
    return Picture(shown.id, shown.url, shown.width, shown.height, shown.alt)
