"""What the catalogue reads of the registry, of docstrings, of rules and of what consumers rely on."""

import json
from pathlib import Path
from typing import Any

import pytest
from contracts.events.consumers import CONSUMERS
from contracts.events.envelope import EventData
from contracts.events.registry import PUBLISHED, model
from contracts.events.schemas import event_types

from infra.catalogue import examples, reading
from infra.catalogue.filters import in_words
from infra.catalogue.reading import Catalogue, Undescribed, read


class ThingMadeV1(EventData):
    """A thing was made."""

    TYPE = "thing.made.v1"


def test_every_event_and_every_consumer_of_the_registry_is_there(catalogue: Catalogue) -> None:
    assert sorted(entry.type for entry in catalogue.entries) == event_types()
    heard = {(listener.name, entry.type) for entry in catalogue.entries for listener in entry.listeners}
    assert heard == {(name, each) for name, consumer in CONSUMERS.items() for each in consumer.types}


def test_a_docstring_gives_the_summary_the_rest_and_the_subject(catalogue: Catalogue) -> None:
    [entry] = [entry for entry in catalogue.entries if entry.type == "timeline.delivered.v1"]
    assert entry.summary == "One chunk of followers has (or no longer has) a post."
    assert "recipients' timelines" in entry.description
    assert "Subject" not in entry.description
    assert entry.subject == "chunk/<post>/<sequence>/<n>"


def test_a_model_without_a_subject_is_refused_with_what_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = next(iter(PUBLISHED.values()))[0]
    monkeypatch.setattr(reading, "model", lambda each: ThingMadeV1 if each == silent else model(each))
    monkeypatch.setattr(reading, "schemas", lambda models: {})
    with pytest.raises(Undescribed, match=r"ThingMadeV1: its docstring must .* Subject `post/<id>`\."):
        read()


def test_versions_of_an_event_stand_side_by_side(catalogue: Catalogue) -> None:
    [first] = [entry for entry in catalogue.entries if entry.type == "post.published.v2"]
    assert catalogue.versions(first) == ["post.published.v2"]


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ({"kind": ["reply", "mention"]}, '`kind` is "reply" or is "mention"'),
        ({"a": [{"exists": False}], "b": {"c": [True]}}, "`a` is absent and `b.c` is true"),
        ({"name": [{"prefix": "dev-"}]}, '`name` begins with "dev-"'),
        ({"name": [{"suffix": ".png"}]}, '`name` ends with ".png"'),
        ({"size": [{"numeric": [">", 0, "<=", 5]}]}, "`size` is > 0 <= 5"),
        ({"kind": [{"anything-but": ["a"]}]}, '`kind` is anything but ["a"]'),
        ({"ip": [{"cidr": "10.0.0.0/24"}]}, '`ip` matches {"cidr": "10.0.0.0/24"}'),
    ],
)
def test_a_rule_is_said_in_words(pattern: dict[str, Any], words: str) -> None:
    assert in_words([pattern]) == words


def test_what_a_consumer_relies_on_is_read_case_by_case(tmp_path: Path) -> None:
    folder = tmp_path / "search"
    folder.mkdir()
    stated = {
        "type": "post.published.v2",
        "data": {"post": {"id": "p", "media": [{"url": "u"}, {"url": "v"}]}},
    }
    (folder / "post.published.v2.json").write_text(json.dumps(stated))
    (folder / "post.published.v2.reply.json").write_text(json.dumps({"data": {"in_reply_to_author": "b"}}))
    (folder / "post.published.v20.json").write_text("{}")
    whole, reply = examples.relied_on("search", "post.published.v2", tmp_path)
    assert (whole.case, whole.paths) == ("", ("post", "post.id", "post.media", "post.media[].url"))
    assert (reply.case, reply.paths) == ("reply", ("in_reply_to_author",))
    assert examples.relied_on("nobody", "post.published.v2", tmp_path) == ()


@pytest.mark.parametrize(
    ("schema", "sample"),
    [
        ({"type": "string", "minLength": 8}, "wordxxxx"),
        ({"type": "string", "maxLength": 2}, "wo"),
        ({"type": "integer", "minimum": 7}, 7),
        ({"type": "integer", "maximum": -2}, -2),
        ({"type": "number", "exclusiveMinimum": 4}, 5),
        ({"type": "array", "items": {"type": "string"}, "minItems": 2}, ["word", "word"]),
        ({"type": "boolean"}, True),
        ({"enum": ["a", "b"]}, "a"),
        ({"format": "uuid", "type": "string"}, examples.AIKO),
        ({"anyOf": [{"type": "null"}, {"type": "boolean"}]}, True),
    ],
)
def test_a_sample_keeps_to_the_bounds_of_its_field(schema: dict[str, Any], sample: Any) -> None:
    assert examples.sample("word", schema, {}) == sample
