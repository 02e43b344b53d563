"""The AsyncAPI document: valid, whole, and what the registry says."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from contracts.events.consumers import CONSUMERS
from contracts.events.registry import PUBLISHED, model
from contracts.events.schemas import event_types, released
from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker

from infra.catalogue.__main__ import DOCUMENT
from infra.catalogue.asyncapi import document
from infra.catalogue.reading import Catalogue
from infra.catalogue.site import as_json

OFFICIAL = Path(__file__).parent / "asyncapi-specs" / "3.0.0.json"


def complaints(of: Any) -> list[str]:
    """Return what AsyncAPI's own schema says against a document."""
    official = Draft7Validator(json.loads(OFFICIAL.read_text()), format_checker=FormatChecker())
    return [f"{list(error.absolute_path)}: {error.message[:300]}" for error in official.iter_errors(of)]


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def resolved(reference: str, whole: Any) -> Any:
    for step in reference.removeprefix("#/").split("/"):
        whole = whole[step]
    return whole


def test_the_committed_document_is_what_the_registry_says(catalogue: Catalogue) -> None:
    assert DOCUMENT.read_text() == as_json(document(catalogue)), (
        "run `make docs` and commit docs/asyncapi.json"
    )


def test_asyncapis_own_schema_accepts_the_document(written: Any) -> None:
    assert complaints(written) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: whole["operations"]["send.post.published.v2"].update(action="publish"),
        lambda whole: whole["channels"]["post.published.v2"].update(adress="post.published.v2"),
        lambda whole: whole["components"]["schemas"]["PersonRef"].update(required="id"),
        lambda whole: whole["info"].pop("version"),
    ],
)
def test_asyncapis_own_schema_refuses_a_spoilt_document(written: Any, spoil: Any) -> None:
    spoil(written)
    assert complaints(written)


def test_every_reference_leads_somewhere(written: Any) -> None:
    found = set(references(written))
    assert "#/components/schemas/PersonRef" in found
    for reference in found:
        assert resolved(reference, written), reference


def test_every_publisher_sends_and_every_consumer_receives_its_events(written: Any) -> None:
    sent = {f"send.{each}" for types in PUBLISHED.values() for each in types}
    received = {f"receive.{each}.{name}" for name, consumer in CONSUMERS.items() for each in consumer.types}
    assert set(written["operations"]) == sent | received
    assert set(written["channels"]) == set(event_types())


def test_a_rule_that_lets_in_only_some_events_is_said_and_given(written: Any) -> None:
    inbox = written["operations"]["receive.post.published.v2.notify-inbox"]
    told = ("post.mentions.id", "in_reply_to_author", "post.quote.author.id", "post.repost_of.author.id")
    assert inbox["description"] == f"Only if {', or '.join(f'`{path}` is there' for path in told)}."
    assert inbox["x-only"] == list(CONSUMERS["notify-inbox"].only["post.published.v2"])
    search = written["operations"]["receive.post.published.v2.search"]
    assert search["description"] == 'Only if `audience` is "public".'
    assert "x-only" not in written["operations"]["receive.post.published.v2.posts-fanout"]


@pytest.mark.parametrize("event_type", event_types())
def test_an_example_is_what_the_document_the_released_schema_and_the_model_allow(
    written: Any, event_type: str
) -> None:
    message = written["components"]["messages"][event_type]
    [example] = message["examples"]
    payload = {"components": written["components"], **message["payload"]}
    newest = released(event_type)[-1][1]
    for validator in (Draft7Validator(payload), Draft202012Validator(newest, format_checker=FormatChecker())):
        assert [error.message for error in validator.iter_errors(example["payload"])] == []
    model(event_type).model_validate(example["payload"]["data"])


@pytest.mark.parametrize("event_type", event_types())
def test_an_example_shows_every_field_and_a_list_never_empty(catalogue: Catalogue, event_type: str) -> None:
    [entry] = [entry for entry in catalogue.entries if entry.type == event_type]
    for field in entry.fields:
        reached = [entry.example["data"]]
        for step in field.path.split("."):
            found = [value[step.removesuffix("[]")] for value in reached]
            reached = [one for value in found for one in value] if step.endswith("[]") else found
        assert reached, field.path


@pytest.mark.parametrize("event_type", event_types())
def test_what_the_released_schema_asks_of_an_event_the_document_asks_too(
    written: Any, event_type: str
) -> None:
    message = written["components"]["messages"][event_type]
    whole = Draft7Validator({"components": written["components"], **message["payload"]})
    example = message["examples"][0]["payload"]
    newest = released(event_type)[-1][1]
    for field in newest["required"]:
        assert not whole.is_valid({name: value for name, value in example.items() if name != field}), field
    assert not whole.is_valid({**example, "type": "another.thing.v1"})
    payload = newest["$defs"][message["payload"]["allOf"][1]["properties"]["data"]["$ref"].rpartition("/")[2]]
    for field in payload["required"]:
        data = {name: value for name, value in example["data"].items() if name != field}
        assert not whole.is_valid({**example, "data": data}), field
