"""The released JSON Schemas: `python -m contracts.events.schemas` releases what the models say now.

`schemas/<event type>/<n>.json` is the n-th revision of one event version. The newest one is what the model
says. A revision, once committed, is never edited: readers of it are out there; until then it is a draft,
which the next release replaces.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from contracts.events import history
from contracts.events.compatibility import RULE, Break, breaks
from contracts.events.envelope import envelope_of
from contracts.events.registry import PUBLISHED, model

ROOT = Path(__file__).resolve().parents[2] / "schemas"

Schema = dict[str, Any]


def event_types() -> list[str]:
    """Return every event type that a service publishes."""
    return sorted(event_type for types in PUBLISHED.values() for event_type in types)


def generated(event_type: str) -> Schema:
    """Return the JSON Schema of an event as its model says it, envelope included."""
    schema = envelope_of(model(event_type)).model_json_schema()
    schema["properties"]["type"] = {"const": event_type}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_bare(schema), "title": event_type}


def released(event_type: str, root: Path = ROOT) -> list[tuple[int, Schema]]:
    """Return the revisions of an event type, oldest first, a draft included."""
    files = sorted((root / event_type).glob("*.json"), key=lambda file: int(file.stem))
    return [(int(file.stem), json.loads(file.read_text())) for file in files]


def check(event_type: str, root: Path = ROOT) -> list[str]:
    """Return what is wrong with an event's model against its released schemas, in sentences."""
    new, revisions = generated(event_type), released(event_type, root)
    if found := _breaks(event_type, new, _settled(event_type, root)):
        return found
    if [number for number, _ in revisions] != list(range(1, len(revisions) + 1)):
        return [f"{event_type}: a revision is missing between those that are there"]
    if not revisions or revisions[-1][1] != new:
        return [f"{event_type}: the model is not what was released; run `make schemas` and commit"]
    return []


def release(event_type: str, root: Path = ROOT) -> Path | None:
    """Write the model's schema as the next revision if it differs from the newest.

    Returns
    -------
    pathlib.Path or None
        The file written, or the draft withdrawn since the model is again what was released, if any.

    Raises
    ------
    ValueError
        If the model breaks with a released revision; nothing is written.
    """
    new, revisions = generated(event_type), released(event_type, root)
    if revisions and revisions[-1][1] == new:
        return None
    settled = _settled(event_type, root)
    if found := _breaks(event_type, new, settled):
        raise ValueError("\n".join(found))
    for number, schema in revisions:
        if (number, schema) not in settled:
            _file(event_type, number, root).unlink()
    file = _file(event_type, settled[-1][0] + 1 if settled else 1, root)
    if not settled or settled[-1][1] != new:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(new, indent=2, ensure_ascii=False) + "\n")
    return file


def _settled(event_type: str, root: Path) -> list[tuple[int, Schema]]:
    """Return the revisions that are no drafts: those that are committed, or all outside git."""
    committed = history.committed(root)
    return [
        (number, schema)
        for number, schema in released(event_type, root)
        if committed is None or f"{event_type}/{number}.json" in committed
    ]


def _file(event_type: str, number: int, root: Path) -> Path:
    return root / event_type / f"{number}.json"


def _breaks(event_type: str, new: Schema, settled: list[tuple[int, Schema]]) -> list[str]:
    found = breaks(new, [(f"revision {number}", schema) for number, schema in settled])
    return [_sentence(event_type, one) for one in found]


def _sentence(event_type: str, found: Break) -> str:
    example = f"; for example {json.dumps(found.example, ensure_ascii=False)[:400]}" if found.example else ""
    who = f"{event_type}: a reader of {found.reader} refuses what {found.writer} may write"
    return f"{who}: {found.why}{example}. Rule {RULE}."


def _bare(schema: Any) -> Any:
    """Drop titles and descriptions: a reworded docstring is no new revision of a contract."""
    if isinstance(schema, list):
        return [_bare(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    named = {"properties", "$defs"}
    return {
        key: {name: _bare(inner) for name, inner in value.items()} if key in named else _bare(value)
        for key, value in schema.items()
        if not (key in {"title", "description"} and isinstance(value, str))
    }


def main(wanted: Sequence[str] = ()) -> int:
    """Release every event type (or those wanted) whose model has changed; answer 1 if one may not be."""
    status = 0
    for event_type in wanted or event_types():
        try:
            file = release(event_type)
        except ValueError as refused:
            print(refused, file=sys.stderr)  # noqa: T201
            status = 1
            continue
        if file:
            did = "released" if file.exists() else "withdrew"
            print(f"{did} {file.relative_to(ROOT.parent)}")  # noqa: T201
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
