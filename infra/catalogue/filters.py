"""What a consumer's rule lets in, in words: EventBridge's patterns as a person would say them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contracts.events.consumers import Pattern


def in_words(patterns: Sequence[Pattern]) -> str:
    """Return when one of the patterns matches.

    Examples
    --------
    >>> in_words([{"post": {"mentions": {"id": [{"exists": True}]}}}, {"kind": ["reply", "mention"]}])
    '`post.mentions.id` is there, or `kind` is "reply" or is "mention"'
    """
    return ", or ".join(" and ".join(_conditions(pattern, "")) for pattern in patterns)


def _conditions(pattern: Mapping[str, Any], path: str) -> Iterator[str]:
    for field, inner in pattern.items():
        if isinstance(inner, Mapping):
            yield from _conditions(inner, f"{path}{field}.")
        else:
            yield f"`{path}{field}` {' or '.join(_matcher(one) for one in inner)}"


def _matcher(matcher: Any) -> str:
    match matcher:
        case {"exists": there}:
            said = "is there" if there else "is absent"
        case {"prefix": str(start)}:
            said = f'begins with "{start}"'
        case {"suffix": str(end)}:
            said = f'ends with "{end}"'
        case {"anything-but": rest}:
            said = f"is anything but {_literal(rest)}"
        case {"numeric": [*parts]}:
            said = f"is {' '.join(str(part) for part in parts)}"
        case Mapping():
            said = f"matches {_literal(matcher)}"
        case _:
            said = f"is {_literal(matcher)}"
    return said


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
