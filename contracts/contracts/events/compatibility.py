"""The compatibility check: FULL_TRANSITIVE, judged as events really meet (a tool: no function imports it).

Readers ignore what they don't know and writers emit only what they declare, so a schema is read *open*
and written *closed*. A new schema is compatible with a released one if each side's reader accepts all
that the other side's writer can write.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]

RULE = (
    "FULL_TRANSITIVE: within a version only optional fields may come or go; anything else is a new version, "
    "published beside this one"
)


@dataclass(frozen=True)
class Break:
    """One way in which two schemas of the same event type don't go together.

    Parameters
    ----------
    reader, writer
        Which side read and which wrote, such as `revision 1` and `the model`.
    why
        What the reader refused.
    example
        A value that the writer may write and the reader refuses, if one was found.
    """

    reader: str
    writer: str
    why: str
    example: Any = None


def closed(schema: Any) -> Any:
    """Return the schema as its writer fills it: no object has a property that is not declared."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), Mapping):
        inner.setdefault("additionalProperties", False)
    return inner


def nominal(schema: Any) -> Any:
    """Return the schema with each format as a pattern that only the format's own name matches.

    The prover can't tell that the strings of a format are all strings of the same format; two patterns
    it can compare. A format is thus compatible with itself and with nothing else.
    """
    if isinstance(schema, list):
        return [nominal(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    inner = {key: nominal(value) for key, value in schema.items()}
    if isinstance(schema.get("format"), str):
        name = inner.pop("format")
        inner["allOf"] = [*inner.get("allOf", []), {"pattern": f"^{name}$"}]
    return inner


def breaks(new: Schema, released: Iterable[tuple[str, Schema]], *, name: str = "the model") -> list[Break]:
    """Return every way in which `new` breaks with the released schemas.

    Parameters
    ----------
    new
        The JSON Schema that is to be released.
    released
        Every schema ever released of this event type and version, each with its name.
    name
        What `new` is called in the answer.
    """
    found = []
    for revision, old in released:
        found += _one_way(reader=(revision, old), writer=(name, new))
        found += _one_way(reader=(name, new), writer=(revision, old))
    return found


def _one_way(*, reader: tuple[str, Schema], writer: tuple[str, Schema]) -> list[Break]:
    from jsoncompat import analyze_compat

    reads, writes = nominal(reader[1]), nominal(closed(writer[1]))
    verdict = analyze_compat(json.dumps(reads), json.dumps(writes), "serializer")
    if verdict["status"] == "compatible":
        return []
    if verdict["status"] == "unknown":
        return [Break(reader[0], writer[0], f"could not be judged: {verdict['reason']}")]
    example = verdict["counterexample"]
    return [Break(reader[0], writer[0], _refusal(reads, example), example)]


def _refusal(schema: Schema, example: Any) -> str:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    error = best_match(Draft202012Validator(schema).iter_errors(example))
    if error is None:
        return "a value that it does not accept"
    where = "/".join(str(part) for part in error.absolute_path)
    return f"{error.message} (at {where})" if where else str(error.message)
