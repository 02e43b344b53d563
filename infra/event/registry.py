"""The registry as its source says it: read and changed as text, in whatever tree it stands."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

type Types = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Registry:
    """Which event types there are.

    Parameters
    ----------
    published, retired
        Event types by service, as `PUBLISHED` and `RETIRED` hold them.
    """

    published: Types
    retired: Types

    @classmethod
    def read(cls, source: str) -> "Registry":
        """Read the source of `registry.py`."""
        return cls(*(ast.literal_eval(_table(source, name)) for name in ("PUBLISHED", "RETIRED")))

    def owner(self, noun: str) -> str | None:
        """Return the service whose events are about `noun`, if any are."""
        owners = (service for service, one in self._all() if one.startswith(f"{noun}."))
        return next(owners, None)

    def versions(self, fact: str) -> list[int]:
        """Return every version that a fact ever had, in order."""
        return sorted(int(one.rpartition(".v")[2]) for _, one in self._all() if one.startswith(f"{fact}.v"))

    def is_published(self, event_type: str) -> bool:
        """Tell whether an event type has a model, which retired ones have no more."""
        return any(event_type in types for types in self.published.values())

    def _all(self) -> Iterator[tuple[str, str]]:
        for table in (self.published, self.retired):
            for service, types in table.items():
                yield from ((service, event_type) for event_type in types)


def with_type(source: str, service: str, event_type: str, after: str | None) -> str:
    """Return the source of `registry.py` with one more published type, behind `after` or at the end."""
    table = _table(source, "PUBLISHED")
    entries = {
        ast.literal_eval(key): value for key, value in zip(table.keys, table.values, strict=True) if key
    }
    if service not in entries:
        return _inserted(source, table.values[-1], f', "{service}": ("{event_type}",)')
    types = entries[service]
    if not isinstance(types, ast.Tuple) or not types.elts:
        raise ValueError(f"PUBLISHED has no types of {service} to put {event_type} behind")
    known = [ast.literal_eval(one) for one in types.elts]
    place = known.index(after) if after in known else -1
    return _inserted(source, types.elts[place], f', "{event_type}"')


def _table(source: str, name: str) -> ast.Dict:
    for statement in ast.parse(source).body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.value, ast.Dict):
            continue
        if ast.unparse(statement.target) == name:
            return statement.value
    raise ValueError(f"registry.py has no table {name}")


def _inserted(source: str, behind: ast.expr, text: str) -> str:
    """Insert behind an expression; positions in Python's syntax tree count bytes."""
    lines = source.encode().splitlines(keepends=True)
    assert behind.end_lineno
    assert behind.end_col_offset
    end = sum(map(len, lines[: behind.end_lineno - 1])) + behind.end_col_offset
    raw = b"".join(lines)
    return (raw[:end] + text.encode() + raw[end:]).decode()
