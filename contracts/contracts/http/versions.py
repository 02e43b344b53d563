"""ETag and If-Match: whoever changes something says which version of it they saw."""

import re
from dataclasses import dataclass

from contracts.http.problems import MALFORMED, PRECONDITION_FAILED, PRECONDITION_REQUIRED, Problem

TAGS_LIMIT = 256
"""Characters of an If-Match header."""

_TAGS = re.compile(r'\s*(?:W/)?"[^"]*"(?:\s*,\s*(?:W/)?"[^"]*")*\s*')
_STRONG = re.compile(r'(?<!W/)"([1-9][0-9]{0,14})"')


@dataclass(frozen=True)
class IfMatch:
    """The versions that a change is meant for, None for whatever is there."""

    versions: frozenset[int] | None

    def require(self, current: int) -> None:
        """Go on if the change is meant for the version that is there.

        Raises
        ------
        Problem
            412 that names the current version, in words and as `ETag`.
        """
        if self.versions is None or current in self.versions:
            return
        told = f"It is at version {current} by now: read it again and send its ETag as If-Match."
        raise Problem(PRECONDITION_FAILED, told, headers={"ETag": etag(current)})


def etag(version: int) -> str:
    """Return the ETag of a version."""
    return f'"{version}"'


def read(header: str | None) -> IfMatch:
    """Return what an If-Match header asks for; tags that we never gave match nothing.

    Raises
    ------
    Problem
        428 if there is none, 400 if it can't be read.
    """
    if header is None:
        raise Problem(PRECONDITION_REQUIRED, "Send the ETag of what you read as the If-Match header.")
    if header.strip() == "*":
        return IfMatch(None)
    if len(header) > TAGS_LIMIT or not _TAGS.fullmatch(header):
        raise Problem(MALFORMED, 'If-Match takes * or ETags as they were answered, such as "3".')
    return IfMatch(frozenset(map(int, _STRONG.findall(header))))
