"""The page: all of the catalogue, every link good, and nothing that a strict security policy refuses."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.catalogue.examples import Reliance
from infra.catalogue.reading import Catalogue
from infra.catalogue.site import files, highlighted, prose, render, write

OUTSIDE = {"../", "../icon.svg"}
"""What belongs to the page beside which the catalogue stands."""


class Page(HTMLParser):
    """What a test asks about a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.forbidden: list[str] = []
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open = tag
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in {"href", "src"}:
                self.links.append(value or "")
            if name == "style" or name.startswith("on"):
                self.forbidden.append(f"{tag} {name}")

    def handle_data(self, data: str) -> None:
        if self._open in {"script", "style"} and data.strip():
            self.forbidden.append(self._open)

    def handle_endtag(self, tag: str) -> None:
        self._open = ""


@pytest.fixture(scope="module")
def text(catalogue: Catalogue) -> str:
    return render(catalogue)


def test_every_event_field_and_consumer_is_on_the_page(catalogue: Catalogue, text: str) -> None:
    page = Page(text)
    for entry in catalogue.entries:
        assert entry.type in page.ids
        assert all(f'data-path="{field.path}"' in text for field in entry.fields)
    assert set(catalogue.consumers) <= set(page.ids)


def test_no_two_things_have_the_same_id(text: str) -> None:
    ids = Page(text).ids
    assert len(ids) == len(set(ids))


def test_every_link_leads_somewhere(catalogue: Catalogue, text: str) -> None:
    page, there = Page(text), {name for name, _ in files(catalogue)}
    for link in page.links:
        known = (
            link.startswith("?q=") or link in OUTSIDE or link in there or link.removeprefix("#") in page.ids
        )
        assert known, link


def test_a_policy_without_inline_scripts_and_styles_and_without_other_hosts_refuses_nothing(
    catalogue: Catalogue, text: str
) -> None:
    assert Page(text).forbidden == []
    for name, content in files(catalogue):
        if name.endswith((".html", ".css", ".js")):
            assert "//" not in content.replace("// ", "").replace("http://www.w3.org/2000/svg", ""), name


def test_a_field_shows_which_consumers_rely_on_it(catalogue: Catalogue) -> None:
    [entry] = [entry for entry in catalogue.entries if entry.type == "post.deleted.v1"]
    search = next(listener for listener in entry.listeners if listener.name == "search")
    relying = replace(search, relies_on=(Reliance("gone", {"data": {"post_id": "p"}}),))
    page = render(replace(catalogue, entries=(replace(entry, listeners=(relying,)),)))
    assert "relies on 1 field (gone)" in page
    before, after = page.split("Relied on by search.")
    assert before.rpartition("data-path=")[2].startswith('"post_id"')
    assert 'data-path="author"' in after


def test_what_docstrings_say_is_text_and_never_markup(catalogue: Catalogue) -> None:
    first, *rest = catalogue.entries
    sly = replace(first, description="<script>alert(1)</script> & `<b>`")
    page = render(replace(catalogue, entries=(sly, *rest)))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; <code>&lt;b&gt;</code>" in page
    assert "<script>alert" not in page


def test_prose_marks_up_code_only() -> None:
    assert prose("`a` & `b`, c") == "<code>a</code> &amp; <code>b</code>, c"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


class Shown(HTMLParser):
    """The text that a reader sees."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data


@given(JSON)
def test_highlighted_json_reads_as_it_was(value: Any) -> None:
    assert json.loads(Shown(str(highlighted(value))).text) == value


def test_keys_texts_numbers_and_words_are_told_apart() -> None:
    assert highlighted({"a": ["b", 1, None]}) == (
        '{\n  <span class="key">&#34;a&#34;</span>: [\n    <span class="text">&#34;b&#34;</span>,\n'
        '    <span class="number">1</span>,\n    <span class="word">null</span>\n  ]\n}'
    )


def test_what_an_earlier_catalogue_left_is_gone(catalogue: Catalogue, tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    (folder / "schemas").mkdir(parents=True)
    (folder / "schemas" / "old.json").write_text("{}")
    page = write(catalogue, folder)
    assert page.is_file()
    assert {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()} == {
        name for name, _ in files(catalogue)
    }
