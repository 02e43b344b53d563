"""Versions: what is answered names its own, and what is changed must be the one that was seen."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from chalice.app import Chalice, CognitoUserPoolAuthorizer
from chalice.test import Client, HTTPResponse
from contracts.http import openapi, versions
from contracts.http.problems import Problem
from contracts.http.routes import Api, Body, Versioned
from contracts.http.versions import TAGS_LIMIT, IfMatch, etag
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import validate

CURRENT = 3


class Words(Body):
    text: str


class Note(Versioned):
    text: str


def _api() -> Api:
    app = Chalice(app_name="notes")
    pool = CognitoUserPoolAuthorizer("pool", provider_arns=["arn:aws:cognito-idp:x"])
    api = Api(app, title="Notes", version="1", authorizer=pool, errors={})

    @api.route("PUT", "/v1/note", public=True)
    def change(body: Words, seen: IfMatch) -> Note:
        """Change the note."""
        seen.require(CURRENT)
        return Note(version=CURRENT + 1, text=body.text)

    return api


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(_api().app) as client:
        yield client


def change(client: Client, header: str | None) -> HTTPResponse:
    headers = {"Content-Type": "application/json"} | ({"If-Match": header} if header is not None else {})
    return client.http.request("PUT", "/v1/note", headers=headers, body=b'{"text": "x"}')


@pytest.mark.parametrize("header", ['"3"', "*", ' "1", "3"', 'W/"3","3"'])
def test_a_change_of_the_version_that_is_there_is_answered_with_the_next_one(
    client: Client, header: str
) -> None:
    answer = change(client, header)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"4"')
    assert json.loads(answer.body) == {"version": 4, "text": "x"}


@pytest.mark.parametrize("header", ['"2"', '"4"', 'W/"3"', '"x"', '""', '"03"'])
def test_a_change_of_another_version_is_told_the_current_one(client: Client, header: str) -> None:
    answer = change(client, header)
    problem = json.loads(answer.body)
    assert (answer.status_code, answer.headers["ETag"]) == (412, '"3"')
    assert problem["type"] == "urn:hidoki:problem:precondition-failed"
    assert "version 3" in problem["detail"]


def test_a_change_that_names_no_version_is_asked_for_one(client: Client) -> None:
    answer = change(client, None)
    assert answer.status_code == 428
    assert "If-Match" in json.loads(answer.body)["detail"]


@pytest.mark.parametrize("header", ["3", "", '"3', '"3" "4"', '"3",'])
def test_a_header_that_holds_no_tags_is_malformed(client: Client, header: str) -> None:
    assert change(client, header).status_code == 400


@pytest.mark.parametrize(("length", "refused"), [(TAGS_LIMIT, False), (TAGS_LIMIT + 1, True)])
def test_a_header_has_a_length(length: int, refused: bool) -> None:
    header = f'"{"1" * (length - 2)}"'
    try:
        assert versions.read(header) == IfMatch(frozenset())
        passed = True
    except Problem as problem:
        passed = problem.kind.status != 400
    assert passed is not refused


@given(st.sets(st.integers(1, 10**15 - 1), min_size=1, max_size=5))
def test_the_tags_of_versions_are_read_back(given: set[int]) -> None:
    assert versions.read(", ".join(map(etag, given))) == IfMatch(frozenset(given))


def test_the_document_tells_of_both_headers() -> None:
    document: dict[str, Any] = openapi.document(_api())
    validate(document)
    described = document["paths"]["/v1/note"]["put"]
    assert [(one["name"], one["required"]) for one in described["parameters"]] == [("If-Match", True)]
    assert "ETag" in described["responses"]["200"]["headers"]
    assert {"412", "428"} <= set(described["responses"])
