"""The AsyncAPI 3 document of the bus: a channel per event, an operation per publisher and consumer."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from infra.catalogue.fields import ENVELOPE, REFERENCE
from infra.catalogue.reading import Catalogue, Entry, Listener

type Part = dict[str, Any]

DESCRIPTION = """\
Every event that Hidoki's services publish on their EventBridge bus, and who consumes it.

Events are delivered at least once and in any order: of one subject, the one with the newer `sequence` wins.
Within a version only optional fields may come or go; anything else is a new version, published beside the old
one until no consumer is left.
"""


def document(catalogue: Catalogue) -> Part:
    """Return the document: it says what the registry says, and nothing of any one stage."""
    entries = catalogue.entries
    receivers = [(entry, listener) for entry in entries for listener in entry.listeners]
    return {
        "asyncapi": "3.0.0",
        "id": "urn:hidoki:events",
        "info": {
            "title": "Hidoki's events",
            "version": version("hidoki-contracts"),
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
            "tags": [{"name": service} for service in catalogue.services],
        },
        "defaultContentType": "application/json",
        "servers": {"bus": _bus()},
        "channels": {entry.type: _channel(entry) for entry in entries},
        "operations": {
            **{f"send.{entry.type}": _send(entry) for entry in entries},
            **{f"receive.{entry.type}.{to.name}": _receive(entry, to) for entry, to in receivers},
        },
        "components": {
            "messages": {entry.type: _message(entry) for entry in entries},
            "schemas": {name: _schema(schema) for name, schema in catalogue.schemas.items()},
        },
    }


def _bus() -> Part:
    return {
        "host": "events.{region}.amazonaws.com",
        "protocol": "eventbridge",
        "title": "The bus hidoki-<stage>",
        "description": "A channel's address is the DetailType of its entries, its message their Detail.",
        "variables": {"region": {"default": "ap-northeast-1"}},
    }


def _channel(entry: Entry) -> Part:
    return {
        "address": entry.type,
        "summary": entry.summary,
        "servers": [{"$ref": "#/servers/bus"}],
        "messages": {entry.type: {"$ref": f"#/components/messages/{entry.type}"}},
        "tags": [{"name": entry.service}],
    }


def _send(entry: Entry) -> Part:
    return {
        "action": "send",
        "title": f"{entry.service} publishes {entry.type}",
        **_through(entry),
        "tags": [{"name": entry.service}],
    }


def _receive(entry: Entry, listener: Listener) -> Part:
    only = {"description": f"Only if {listener.condition}.", "x-only": list(listener.only)}
    return {
        "action": "receive",
        "title": f"{listener.service} consumes {entry.type} from its queue {listener.name}",
        **(only if listener.only else {}),
        **_through(entry),
        "tags": [{"name": listener.service}],
        "x-consumer": listener.name,
        **({"x-relies-on": list(listener.reads)} if listener.reads else {}),
    }


def _through(entry: Entry) -> Part:
    channel = f"#/channels/{entry.type}"
    return {"channel": {"$ref": channel}, "messages": [{"$ref": f"{channel}/messages/{entry.type}"}]}


def _message(entry: Entry) -> Part:
    data = {"type": {"const": entry.type}, "data": {"$ref": REFERENCE + entry.payload}}
    return {
        "name": entry.type,
        "title": entry.type,
        "summary": entry.summary,
        "description": entry.description,
        "contentType": "application/json",
        "payload": {
            "allOf": [{"$ref": REFERENCE + ENVELOPE}, {"type": "object", "properties": data}],
        },
        "examples": [{"payload": entry.example}],
        "tags": [{"name": entry.service}],
        "x-subject": entry.subject,
        "x-revisions": [f"contracts/schemas/{entry.type}/{number}.json" for number in entry.revisions],
    }


def _schema(schema: Mapping[str, Any]) -> Part:
    return {key: value for key, value in schema.items() if key != "title"}
