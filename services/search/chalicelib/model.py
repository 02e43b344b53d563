"""What search knows: entries of the index, what was found of them, and how it fails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["posts", "people", "blocks"]
"""What is kept; also the name of its index. Posts and people are searched, blocks say what not to show."""

Position = Sequence[Any]
"""Where a found entry stands in its list: the values it is sorted by."""


@dataclass(frozen=True)
class Entry:
    """All that the index is to hold of one post, person or block.

    Parameters
    ----------
    kind, id
        What it is about.
    version
        The aggregate's sequence: the index keeps the entry with the highest.
    content
        What is searched and shown; of a deleted thing, nothing but that it is deleted.
    """

    kind: Kind
    id: str
    version: int
    content: Mapping[str, Any]

    @property
    def deleted(self) -> bool:
        """Whether it only says that something is gone."""
        return bool(self.content["deleted"])


@dataclass(frozen=True)
class Hit:
    """One entry that was found.

    Parameters
    ----------
    content
        The entry's content.
    highlight
        HTML: the text that matched, escaped, what matched of it in `<em>`.
    position
        Where the next page starts if this is the last hit of its page.
    """

    content: Mapping[str, Any]
    highlight: str
    position: Position


class EngineUnavailable(Exception):
    """The search engine did not answer, or had no room; to ask it again later is right.

    Its text is for people who search; `reason` says what happened.
    """

    def __init__(self, reason: str) -> None:
        super().__init__("Search does not answer now; posts and profiles are safe. Try again in a moment.")
        self.reason = reason
