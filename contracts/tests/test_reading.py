"""Reading a request: of just the types and names that the document says, or a problem that points there."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from chalice.app import Chalice, CognitoUserPoolAuthorizer
from chalice.test import Client
from contracts.http.reading import Moment
from contracts.http.routes import Answer, Api, Body, Page
from pydantic import Field


class Wish(Body):
    count: int = 1
    loud: bool = False
    text: str = ""
    until: Moment | None = None
    more: dict[str, Any] = Field(default_factory=dict)


class Echo(Answer):
    count: int
    loud: bool
    text: str
    until: datetime | None


@pytest.fixture
def client() -> Iterator[Client]:
    app = Chalice(app_name="echoes")
    pool = CognitoUserPoolAuthorizer("pool", provider_arns=["arn:aws:cognito-idp:x"])
    api = Api(app, title="Echoes", version="1", authorizer=pool, errors={})

    @api.route("POST", "/v1/echoes", status=201, public=True)
    def echo(body: Wish) -> Echo:
        """Say it back."""
        return Echo(count=body.count, loud=body.loud, text=body.text, until=body.until)

    @api.route("GET", "/v1/echoes", public=True)
    def echoes(page: Page) -> Echo:
        """Say how many."""
        return Echo(count=page.limit, loud=False, text="", until=None)

    with Client(app) as client:
        yield client


def ask(client: Client, method: str, path: str, body: bytes = b"") -> tuple[int, dict[str, Any]]:
    answer = client.http.request(method, path, headers={"Content-Type": "application/json"}, body=body)
    return answer.status_code, json.loads(answer.body)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("count", "1"),
        ("count", True),
        ("count", 1.5),
        ("count", None),
        ("count", float("nan")),
        ("loud", 1),
        ("loud", "yes"),
        ("loud", None),
        ("text", 1),
        ("text", None),
        ("text", ["a"]),
        ("until", 0),
        ("until", 1_800_000_000),
        ("until", 1e300),
        ("until", True),
        ("until", "1800000000"),
        ("until", "2040-01-01"),
        ("until", "2040-01-01T00:00:00"),
        ("until", "２０４０-01-01T00:00:00Z"),
        ("until", "2040-13-01T00:00:00Z"),
        ("until", "0001-01-01T00:00:00+14:00"),
        ("until", "9999-12-31T23:59:59-12:00"),
        ("until", {}),
    ],
)
def test_a_value_of_another_type_is_refused_and_pointed_at(client: Client, field: str, value: Any) -> None:
    status, problem = ask(client, "POST", "/v1/echoes", json.dumps({field: value}).encode())
    assert status == 422
    assert problem["errors"][0]["pointer"] == f"#/{field}"


def test_a_time_is_taken_in_any_zone_and_told_in_utc(client: Client) -> None:
    status, echo = ask(client, "POST", "/v1/echoes", b'{"until": "2040-01-01T09:00:00+09:00"}')
    assert (status, datetime.fromisoformat(echo["until"])) == (201, datetime(2040, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "body", [b'{"until": null}', b"{}", b'{"text": "a\\u0000b"}', b'{"text": "\\ud83c\\udf41"}']
)
def test_what_the_document_allows_is_taken(client: Client, body: bytes) -> None:
    assert ask(client, "POST", "/v1/echoes", body)[0] == 201


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"text": "\xff"}',
        b"[" * 60_000,
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_is_no_json_is_malformed(client: Client, body: bytes) -> None:
    status, problem = ask(client, "POST", "/v1/echoes", body)
    assert (status, problem["type"]) == (400, "urn:hidoki:problem:malformed")


@pytest.mark.parametrize(
    "body",
    [b'{"text": "\\ud800"}', b'{"more": {"a": "\\udc00"}}', b'{"more": {"\\ud83c": 1}}', b'{"\\ud800": 1}'],
)
def test_half_of_a_surrogate_pair_is_no_text(client: Client, body: bytes) -> None:
    status, problem = ask(client, "POST", "/v1/echoes", body)
    assert (status, problem["type"]) == (422, "urn:hidoki:problem:invalid")
    json.dumps(problem, ensure_ascii=False).encode()


def test_a_number_of_a_thousand_digits_is_refused(client: Client) -> None:
    assert ask(client, "POST", "/v1/echoes", b'{"count": 1' + b"0" * 10_000 + b"}")[0] in {400, 422}


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("/v1/health?verbose=1", "#/verbose"),
        ("/v1/echoes?limits=1", "#/limits"),
        ("/v1/echoes?limit=1&limit=2", "#/limit"),
        ("/v1/echoes?limit=", "#/limit"),
        ("/v1/echoes?limit=null", "#/limit"),
        ("/v1/echoes?limit=1e1", "#/limit"),
        ("/v1/echoes?limit=" + "9" * 5_000, "#/limit"),
    ],
)
def test_a_query_that_the_document_does_not_know_is_refused(client: Client, path: str, pointer: str) -> None:
    status, problem = ask(client, "GET", path)
    assert (status, problem["errors"][0]["pointer"]) == (422, pointer)
