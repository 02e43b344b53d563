"""Moderation: of two moderators one has a report, what is hidden is gone until an appeal brings it back."""

import secrets
from concurrent.futures import ThreadPoolExecutor

from contracts.http.budgets import BUDGETS, TRUSTED, Action
from contracts.http.identity import MODERATORS

from e2e.conftest import SignUp
from e2e.people import Person
from e2e.waiting import eventually

REPORTS = "/posts/v1/moderation/reports"


def test_a_report_hides_a_post_and_an_appeal_brings_it_back(person: SignUp) -> None:
    aiko, ben = person("Aiko"), person("Ben")
    moderators = [person(name, groups=(TRUSTED, MODERATORS)) for name in ("Dai", "Emi")]
    ben.follow(aiko)
    word = f"zk{secrets.token_hex(6)}"
    post = aiko.post(f"広告 {word}")
    ben.sees(post["id"])
    ben.finds(word, post["id"])
    subject = {"kind": "post", "id": post["id"]}

    report = ben.send("POST", "/posts/v1/reports", {"subject": subject, "reason": "spam"})
    case = f"{REPORTS}/{report['id']}"
    assert aiko.ask("GET", case).status_code == 403
    with ThreadPoolExecutor(len(moderators)) as pool:
        answers = list(pool.map(lambda one: one.ask("PUT", f"{case}/claim").status_code, moderators))
    assert sorted(answers) == [200, 409]
    first, second = sorted(moderators, key=lambda one: answers[moderators.index(one)])
    first.send("PUT", f"{case}/resolution", {"measure": "hide", "note": "an advertisement"})

    assert ben.ask("GET", f"/posts/v1/posts/{post['id']}").status_code == 404
    assert aiko.get(f"/posts/v1/posts/{post['id']}")["state"] == "hidden"
    eventually(lambda: not _sees(ben, post["id"]), "it leaves Ben's timeline")
    eventually(lambda: not _finds(ben, word), "the search finds it no longer")

    aiko.send("POST", "/posts/v1/appeals", {"subject": subject, "text": "広告ではありません"})
    second.send("PUT", f"{case}/claim")
    second.send("PUT", f"{case}/decision", {"outcome": "overturned", "note": "it is none"})
    ben.sees(post["id"])
    ben.finds(word, post["id"])
    audit = first.get("/posts/v1/moderation/audit", limit=50)["items"]
    done = [(one["moderator"], one["what"]) for one in audit if one["report"] == report["id"]]
    assert done == [(second.id, "overturned"), (first.id, "hide")]


def test_who_is_suspended_loses_their_socket_and_acts_no_more(person: SignUp) -> None:
    aiko, ben = person("Aiko"), person("Ben")
    moderator = person("Dai", groups=(TRUSTED, MODERATORS))
    channel = aiko.channel_with(ben)
    socket = aiko.open_socket()
    subject = {"kind": "profile", "id": aiko.id}
    report = ben.send("POST", "/posts/v1/reports", {"subject": subject, "reason": "harassment"})
    moderator.send("PUT", f"{REPORTS}/{report['id']}/claim")
    moderator.send("PUT", f"{REPORTS}/{report['id']}/resolution", {"measure": "suspend", "note": "threats"})

    eventually(lambda: not socket.is_open, "Aiko's socket is closed")
    message = f"/chat/v1/channels/{channel}/messages"
    eventually(
        lambda: aiko.ask("POST", message, json={"text": "x"}).status_code == 403, "chat takes no messages"
    )
    eventually(
        lambda: aiko.ask("POST", "/posts/v1/posts", json={"text": "x"}).status_code == 403,
        "posts takes no posts",
        within=45,
    )
    problem = aiko.ask("POST", "/posts/v1/posts", json={"text": "x"}).json()
    assert problem["type"] == "urn:hidoki:problem:suspended"

    aiko.send("POST", "/posts/v1/appeals", {"subject": subject, "text": "誤解です"})
    moderator.send("POST", "/posts/v1/moderation/reinstatements", {"subject": subject, "note": "mistaken"})
    eventually(
        lambda: aiko.ask("POST", "/posts/v1/posts", json={"text": "戻りました"}).status_code == 201,
        "Aiko is back",
    )
    eventually(lambda: _opens(aiko), "Aiko has a socket again")


def test_who_asks_too_often_is_told_when_to_come_again(person: SignUp) -> None:
    aiko, ben = person("Aiko"), person("Ben", groups=())
    body = {"subject": {"kind": "profile", "id": aiko.id}, "reason": "spam"}
    for _ in range(BUDGETS[Action.REPORT].new):
        assert ben.ask("POST", "/posts/v1/reports", json=body).status_code == 201
    answer = ben.ask("POST", "/posts/v1/reports", json=body)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= BUDGETS[Action.REPORT].per.total_seconds()
    assert answer.json()["type"] == "urn:hidoki:problem:rate-limited"


def _sees(one: Person, post_id: str) -> bool:
    return any(post["id"] == post_id for post in one.home())


def _finds(one: Person, word: str) -> bool:
    return bool(one.get("/search/v1/search/posts", q=word)["items"])


def _opens(one: Person) -> bool:
    try:
        one.open_socket()
    except Exception:
        return False
    return True
