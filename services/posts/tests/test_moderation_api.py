"""The routes of reports and moderation: what they answer, to whom, and the problems they name."""

from typing import Any

import pytest
from contracts.http.budgets import BUDGETS, Action
from contracts.http.identity import MODERATORS
from tests.api import Ask, posted, slug
from tests.fakes import AIKO, BEN, CHIE, World

pytestmark = pytest.mark.filterwarnings("ignore:CognitoUserPoolAuthorizer is not a supported")

WORK = {"me": CHIE.id, "groups": f"trusted,{MODERATORS}"}
NEWCOMER = "00000000-0000-0000-0000-0000000000ff"


def report(ask: Ask, kind: str, identity: str, **more: Any) -> tuple[int, dict[str, Any]]:
    body = {"subject": {"kind": kind, "id": identity}, "reason": "spam", **more}
    return ask("POST", "/v1/reports", body, me=BEN.id)


def resolve(ask: Ask, case: str, measure: str, **more: Any) -> tuple[int, dict[str, Any]]:
    assert ask("PUT", f"{case}/claim", **WORK)[0] == 200
    return ask("PUT", f"{case}/resolution", {"measure": measure, "note": "because", **more}, **WORK)


def test_a_report_goes_through_the_queue_to_an_appeal_that_takes_the_measure_back(ask: Ask) -> None:
    post = posted(ask)
    status, made = report(ask, "post", post["id"], comment="広告")
    assert (status, made["state"], made["subject"]) == (201, "open", {"kind": "post", "id": post["id"]})
    assert report(ask, "post", post["id"], comment="広告") == (201, made)
    queue = ask("GET", "/v1/moderation/reports", **WORK)[1]
    assert [(one["id"], one["reporter"], one["person"], one["claim"]) for one in queue["items"]] == [
        (made["id"], BEN.id, AIKO.id, None)
    ]
    case = f"/v1/moderation/reports/{made['id']}"
    status, resolved = resolve(ask, case, "hide")
    assert (status, resolved["state"], resolved["resolution"]["by"]) == (200, "resolved", CHIE.id)
    assert ask("GET", f"/v1/posts/{post['id']}", me=BEN.id)[0] == 404
    assert ask("GET", f"/v1/posts/{post['id']}")[1]["state"] == "hidden"
    assert ask("GET", case, **WORK)[1]["post"]["text"] == post["text"]
    appeal = {"subject": {"kind": "post", "id": post["id"]}, "text": "違います"}
    status, appealed = ask("POST", "/v1/appeals", appeal)
    assert (status, appealed["measure"], appealed["state"]) == (201, "hide", "appealed")
    assert "reporter" not in str(appealed)
    assert ask("GET", "/v1/moderation/reports?state=appealed", **WORK)[1]["items"][0]["id"] == made["id"]
    ask("PUT", f"{case}/claim", **WORK)
    status, decided = ask("PUT", f"{case}/decision", {"outcome": "overturned", "note": "sorry"}, **WORK)
    assert (status, decided["state"]) == (200, "decided")
    restored = ask("GET", f"/v1/posts/{post['id']}", me=BEN.id)[1]
    assert restored == post | {"version": post["version"] + 2}
    audit = ask("GET", "/v1/moderation/audit", **WORK)[1]["items"]
    assert {(one["moderator"], one["what"], one["why"], one["report"]) for one in audit} == {
        (CHIE.id, "hide", "because", made["id"]),
        (CHIE.id, "overturned", "sorry", made["id"]),
    }


def test_labels_show_on_the_post(ask: Ask) -> None:
    post = posted(ask)
    case = f"/v1/moderation/reports/{report(ask, 'post', post['id'])[1]['id']}"
    assert resolve(ask, case, "label", labels=["sensitive"])[0] == 200
    assert ask("GET", f"/v1/posts/{post['id']}", me=BEN.id)[1]["labels"] == ["sensitive"]


def test_the_suspended_hear_so_may_appeal_and_come_back(ask: Ask) -> None:
    case = f"/v1/moderation/reports/{report(ask, 'profile', AIKO.id)[1]['id']}"
    assert resolve(ask, case, "suspend")[0] == 200
    for method, path, body in (
        ("GET", "/v1/timelines/home", None),
        ("POST", "/v1/posts", {"text": "まだいます"}),
        ("PUT", "/v1/profiles/me", {"handle": "aiko", "name": "Aiko"}),
        ("POST", "/v1/reports", {"subject": {"kind": "profile", "id": BEN.id}, "reason": "spam"}),
    ):
        status, problem = ask(method, path, body)
        assert (status, slug(problem)) == (403, "suspended")
    appeal = {"subject": {"kind": "profile", "id": AIKO.id}, "text": "誤解です"}
    assert ask("POST", "/v1/appeals", appeal)[0] == 201
    lifted = {"subject": appeal["subject"], "note": "a mistake"}
    assert ask("POST", "/v1/moderation/reinstatements", lifted, **WORK) == (204, {})
    assert ask("POST", "/v1/posts", {"text": "戻りました"})[0] == 201


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/moderation/reports", None),
        ("GET", "/v1/moderation/reports/x", None),
        ("PUT", "/v1/moderation/reports/x/claim", None),
        ("PUT", "/v1/moderation/reports/x/resolution", {"measure": "none", "note": "n"}),
        ("PUT", "/v1/moderation/reports/x/decision", {"outcome": "upheld", "note": "n"}),
        ("GET", "/v1/moderation/audit", None),
        (
            "POST",
            "/v1/moderation/reinstatements",
            {"subject": {"kind": "profile", "id": AIKO.id}, "note": "n"},
        ),
    ],
)
def test_only_moderators_with_a_profile_get_in(ask: Ask, method: str, path: str, body: Any) -> None:
    for groups in ("", "trusted", "moderator"):
        status, problem = ask(method, path, body, groups=groups)
        assert (status, slug(problem)) == (403, "forbidden")
    status, problem = ask(method, path, body, me=NEWCOMER, groups=MODERATORS)
    assert (status, slug(problem)) == (409, "profile-required")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "problem"),
    [
        ("GET", "/v1/moderation/reports/x", None, 404, "not-found"),
        ("PUT", "/v1/moderation/reports/x/claim", None, 404, "not-found"),
        ("GET", "/v1/moderation/reports?state=lost", None, 422, "invalid"),
        ("GET", "/v1/moderation/reports?cursor=forged", None, 400, "bad-cursor"),
        ("GET", "/v1/moderation/audit?cursor=forged", None, 400, "bad-cursor"),
        (
            "POST",
            "/v1/moderation/reinstatements",
            {"subject": {"kind": "profile", "id": AIKO.id}, "note": "n"},
            422,
            "invalid",
        ),
        (
            "POST",
            "/v1/reports",
            {"subject": {"kind": "post", "id": "x"}, "reason": "spam"},
            404,
            "not-found",
        ),
        (
            "POST",
            "/v1/reports",
            {"subject": {"kind": "profile", "id": "x"}, "reason": "spam"},
            404,
            "not-found",
        ),
        (
            "POST",
            "/v1/reports",
            {"subject": {"kind": "profile", "id": CHIE.id}, "reason": "spam"},
            422,
            "invalid",
        ),
        ("POST", "/v1/reports", {"subject": {"kind": "cat", "id": "x"}, "reason": "spam"}, 422, "invalid"),
        (
            "POST",
            "/v1/reports",
            {"subject": {"kind": "profile", "id": AIKO.id}, "reason": "dislike"},
            422,
            "invalid",
        ),
        (
            "POST",
            "/v1/appeals",
            {"subject": {"kind": "profile", "id": CHIE.id}, "text": "?"},
            409,
            "conflict",
        ),
        ("POST", "/v1/appeals", {"subject": {"kind": "post", "id": "x"}, "text": "?"}, 404, "not-found"),
    ],
)
def test_what_is_wrong_is_a_problem_with_a_name(
    ask: Ask, method: str, path: str, body: Any, status: int, problem: str
) -> None:
    answered, details = ask(method, path, body, **WORK)
    assert (answered, slug(details)) == (status, problem)


def test_someone_else_can_not_claim_or_resolve_meanwhile(ask: Ask, world: World) -> None:
    case = f"/v1/moderation/reports/{report(ask, 'profile', AIKO.id)[1]['id']}"
    other = {"me": NEWCOMER, "groups": MODERATORS}
    ask("PUT", "/v1/profiles/me", {"handle": "dai", "name": "大"}, me=NEWCOMER)
    assert ask("PUT", f"{case}/claim", **WORK)[1]["claim"]["by"] == CHIE.id
    for path, body in (("claim", None), ("resolution", {"measure": "none", "note": "n"})):
        status, problem = ask("PUT", f"{case}/{path}", body, **other)
        assert (status, slug(problem)) == (409, "conflict")
    status, problem = ask("PUT", f"{case}/claim", me=BEN.id, groups=MODERATORS)
    assert (status, slug(problem)) == (403, "forbidden")


def test_reports_have_a_budget(ask: Ask) -> None:
    for _ in range(BUDGETS[Action.REPORT].limit):
        assert report(ask, "profile", AIKO.id)[0] == 201
    assert report(ask, "profile", AIKO.id)[0] == 429
