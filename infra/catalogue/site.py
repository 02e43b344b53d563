"""The catalogue as a page: a handful of files that any web server, or none, can show."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from contracts.events.schemas import ROOT as RELEASED
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from infra.catalogue.asyncapi import document
from infra.catalogue.picture import NARROW, WIDE, draw
from infra.catalogue.reading import Catalogue, Entry
from infra.local.place import REPOSITORY, SERVICES

HERE = Path(__file__).parent
TOKENS = REPOSITORY / "ui" / "src" / "styles" / "tokens.css"
"""The page's own colours and typefaces, by day and by night."""

PAGE = "events.html"
HUES = 8
"""How many pairs of a tint and its ink there are."""

_TOKEN = re.compile(
    r'(?P<text>"(?:[^"\\]|\\.)*")(?P<key>:)?|(?P<number>-?\d[\d.eE+-]*)|(?P<word>true|false|null)'
)


def as_json(value: Any) -> str:
    """Return a value as JSON for people, with a newline at its end."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def write(catalogue: Catalogue, folder: Path) -> Path:
    """Write the page and what it links to; return the file to open.

    Parameters
    ----------
    catalogue
        What the page shows.
    folder
        Made anew: what an earlier catalogue left there goes.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in files(catalogue):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder / PAGE


def files(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield the names and contents of the files."""
    yield PAGE, render(catalogue)
    yield "events.css", TOKENS.read_text() + (HERE / "static" / "events.css").read_text()
    yield "events.js", (HERE / "static" / "events.js").read_text()
    yield "asyncapi.json", as_json(document(catalogue))
    for entry in catalogue.entries:
        for number in entry.revisions:
            name = f"{entry.type}/{number}.json"
            yield f"schemas/{name}", (RELEASED / name).read_text()


def render(catalogue: Catalogue) -> str:
    """Return the page."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "prose": prose,
        "json": highlighted,
        "literal": partial(json.dumps, ensure_ascii=False),
    }
    environment.globals |= {"hue": _hue, "words": _words}
    pictures = [draw(catalogue, measures) for measures in (WIDE, NARROW)]
    return environment.get_template(PAGE).render(catalogue=catalogue, pictures=pictures)


def _hue(service: str) -> int:
    """Return the number of the tint that stands for a service."""
    return 1 + SERVICES.index(service) % (HUES - 1)


def _words(entry: Entry) -> str:
    """Return what a search for an event may ask for."""
    listeners = (f"{listener.name} {listener.service}" for listener in entry.listeners)
    paths = (field.path for field in entry.fields)
    return " ".join([entry.type, entry.service, entry.subject, entry.summary, *listeners, *paths]).lower()


def prose(text: str) -> Markup:
    """Mark up the one thing that docstrings mark up: `code`."""
    parts = (escape(part) for part in text.split("`"))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else part for place, part in enumerate(parts)
    )


def highlighted(value: Mapping[str, Any]) -> Markup:
    """Return JSON with its keys, numbers and words told apart."""
    text, at, found = as_json(value).rstrip("\n"), 0, Markup("")
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup or "text"
        whole = token["text"] if kind == "key" else token[0]
        found += escape(text[at : token.start()]) + Markup('<span class="{}">{}</span>').format(kind, whole)
        at = token.start() + len(whole)
    return found + escape(text[at:])
