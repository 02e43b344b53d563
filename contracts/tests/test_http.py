"""The HTTP surface: typed routes, problems in the reader's language, cursors that can't be forged."""

import base64
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from chalice.app import Chalice, CognitoUserPoolAuthorizer
from chalice.test import Client
from contracts.http import openapi, problems
from contracts.http.budgets import BUDGETS, Action
from contracts.http.idempotency import Idempotency
from contracts.http.identity import Identity, identify
from contracts.http.limits import Limiter
from contracts.http.problems import Problem, language_of
from contracts.http.routes import BODY_LIMIT, PAGE_LIMIT, Answer, Api, Body, Page
from openapi_spec_validator import validate
from pydantic import Field

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class NewThing(Body):
    text: str = Field(max_length=BODY_LIMIT)


class Thing(Answer):
    id: str
    text: str


class ThingMissingError(Exception):
    """A domain error."""


class PaintDriesError(Exception):
    """An error that nobody foresaw."""


class OneProcess:
    def write(self, *_: Any) -> None:
        """Keep nothing: a single process knows all there is."""


def _api() -> Api:
    app = Chalice(app_name="things")
    pool = CognitoUserPoolAuthorizer("pool", provider_arns=["arn:aws:cognito-idp:x"])
    errors = {ThingMissingError: problems.NOT_FOUND}
    limiter = Limiter(OneProcess(), lambda: NOW)
    api = Api(app, title="Things", version="1", authorizer=pool, errors=errors, limiter=lambda: limiter)
    api.examples = {"id": "a-thing"}

    @api.route("POST", "/v1/things", status=201, public=True)
    def make(body: NewThing, repeat: Idempotency) -> Thing:
        """Make a thing."""
        return Thing(id=repeat.key or "fresh", text=body.text)

    @api.route("GET", "/v1/things/{id}", public=True, raises=(problems.NOT_FOUND,))
    def read(id: str, page: Page) -> Thing:  # noqa: A002
        """Read a thing."""
        if id == "missing":
            raise ThingMissingError("There is no such thing; look at the list.")
        if id == "paint":
            raise PaintDriesError("secret detail")
        return Thing(id=id, text=str(page.limit))

    @api.route("DELETE", "/v1/things/{id}")
    def remove(who: Identity, id: str) -> None:  # noqa: A002
        """Remove a thing."""

    @api.route("POST", "/v1/reports", limit=Action.REPORT)
    def report(who: Identity, body: NewThing) -> None:
        """Report something."""

    return api


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(_api().app) as client:
        yield client


def ask(
    client: Client, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, dict[str, Any]]:
    sent = {"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
    text = body if isinstance(body, str) else json.dumps(body)
    answer = client.http.request(method, path, headers=sent, body=text.encode() if body is not None else b"")
    return answer.status_code, json.loads(answer.body or b"{}")


def test_a_route_reads_its_body_and_answers_its_model(client: Client) -> None:
    assert ask(client, "POST", "/v1/things", {"text": "京都"}) == (201, {"id": "fresh", "text": "京都"})


def test_a_service_that_answers_is_healthy(client: Client) -> None:
    assert ask(client, "GET", "/v1/health") == (200, {"service": "things", "status": "ok"})


def test_a_path_parameter_is_decoded(client: Client) -> None:
    assert ask(client, "GET", "/v1/things/%40ben")[1]["id"] == "@ben"


@pytest.mark.parametrize(
    ("body", "status", "slug"),
    [
        ("{", 400, "malformed"),
        ("[" * BODY_LIMIT, 400, "malformed"),
        ({"text": "a", "colour": "red"}, 422, "invalid"),
        ({}, 422, "invalid"),
        ([], 422, "invalid"),
        ({"text": 7}, 422, "invalid"),
    ],
)
def test_bad_input_is_a_problem_that_says_what_to_change(
    client: Client, body: Any, status: int, slug: str
) -> None:
    answered, problem = ask(client, "POST", "/v1/things", body)
    assert (answered, problem["status"], problem["type"]) == (status, status, f"urn:hidoki:problem:{slug}")
    assert problem["detail"]


def test_an_unknown_field_is_pointed_at(client: Client) -> None:
    _, problem = ask(client, "POST", "/v1/things", {"text": "a", "colour": "red"})
    assert problem["errors"] == [{"pointer": "#/colour", "detail": "Extra inputs are not permitted"}]


@pytest.mark.parametrize(("extra", "status"), [(0, 201), (1, 413)])
def test_a_body_at_the_byte_limit_passes_and_one_byte_more_does_not(
    client: Client, extra: int, status: int
) -> None:
    text = "x" * (BODY_LIMIT - len('{"text": ""}') + extra)
    assert ask(client, "POST", "/v1/things", {"text": text})[0] == status


@pytest.mark.parametrize(("limit", "status"), [(0, 422), (1, 200), (PAGE_LIMIT, 200), (PAGE_LIMIT + 1, 422)])
def test_a_page_has_bounds(client: Client, limit: int, status: int) -> None:
    assert ask(client, "GET", f"/v1/things/a?limit={limit}")[0] == status


def test_an_unknown_query_parameter_is_refused(client: Client) -> None:
    assert ask(client, "GET", "/v1/things/a?colour=red")[0] == 422


def test_a_domain_error_is_the_problem_it_was_mapped_to(client: Client) -> None:
    status, problem = ask(client, "GET", "/v1/things/missing", Accept_Language="ja")
    assert (status, problem["title"]) == (404, "見つかりません")
    assert problem["detail"] == "There is no such thing; look at the list."


def test_an_unforeseen_error_says_nothing_of_the_inside(client: Client) -> None:
    status, problem = ask(client, "GET", "/v1/things/paint")
    assert status == 500
    assert "secret" not in json.dumps(problem)


def test_what_chalice_refuses_is_a_problem_too(client: Client) -> None:
    assert ask(client, "PUT", "/v1/things", {})[1]["type"] == "urn:hidoki:problem:method-not-allowed"
    status, problem = ask(client, "POST", "/v1/things", "hello", Content_Type="text/plain")
    assert (status, problem["type"]) == (415, "urn:hidoki:problem:unsupported-media-type")


def test_a_route_without_claims_asks_to_sign_in(client: Client) -> None:
    assert ask(client, "DELETE", "/v1/things/a")[0] == 401


def test_only_access_tokens_of_our_client_are_accepted() -> None:
    claims = {"sub": "u1", "token_use": "access", "client_id": "ours", "cognito:groups": "moderators,staff"}
    assert identify(claims, "ours") == Identity("u1", frozenset({"moderators", "staff"}))
    for wrong in ({"token_use": "id"}, {"client_id": "theirs"}):
        with pytest.raises(Problem) as refused:
            identify({**claims, **wrong}, "ours")
        assert refused.value.kind is problems.UNAUTHORIZED


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("ja", "ja"),
        ("ja-JP,en;q=0.5", "ja"),
        ("en;q=0.5, ja;q=0.4", "en"),
        ("fr, ja;q=0.1", "ja"),
        ("ja;q=x", "en"),
        ("ja;q=0", "en"),
    ],
)
def test_a_problem_is_told_in_the_language_the_reader_prefers(header: str | None, language: str) -> None:
    assert language_of(header) == language


def test_the_openapi_document_is_valid_and_complete() -> None:
    document = openapi.document(_api())
    validate(document)
    assert set(document["paths"]) == {"/v1/health", "/v1/things", "/v1/things/{id}", "/v1/reports"}
    assert document["paths"]["/v1/things"]["post"]["security"] == []
    assert "404" in document["paths"]["/v1/things/{id}"]["get"]["responses"]


os.environ.setdefault("CLIENT_ID", "ours")


def _token(user: str) -> str:
    claims = {"sub": user, "cognito:username": user, "token_use": "access", "client_id": "client"}
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{part}.e30"


@pytest.mark.filterwarnings("ignore:CognitoUserPoolAuthorizer is not a supported")
def test_beyond_its_budget_a_route_answers_429_and_says_when_to_come_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIENT_ID", "client")
    headers = {"Content-Type": "application/json", "Authorization": _token("aiko"), "Accept-Language": "ja"}

    def report(body: bytes = b'{"text": "x"}') -> Any:
        return client.http.request("POST", "/v1/reports", headers=headers, body=body)

    for _ in range(BUDGETS[Action.REPORT].limit):
        assert report(b"{}").status_code == 422, "what is malformed does not count"
        assert report().status_code == 204
    answer = report()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(24 * 60 * 60))
    problem = json.loads(answer.body)
    assert (problem["type"], problem["title"]) == (
        "urn:hidoki:problem:rate-limited",
        "操作の回数が多すぎます",
    )
    assert problem["detail"] == "This may be done 20 times in 24 h; try again in 86400 s."
    headers["Authorization"] = _token("ben")
    assert report().status_code == 204


def test_the_document_tells_which_routes_have_a_budget() -> None:
    paths = openapi.document(_api())["paths"]
    assert "Retry-After" in paths["/v1/reports"]["post"]["responses"]["429"]["headers"]
    assert "429" not in paths["/v1/things"]["post"]["responses"]
