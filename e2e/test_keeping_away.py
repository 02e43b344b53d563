"""The story of people who keep away from each other: each step takes effect at the very next read."""

from e2e.conftest import SignUp
from e2e.people import Person
from e2e.waiting import eventually


def test_people_who_keep_away_from_each_other(person: SignUp) -> None:
    aiko, ben, chie = person("Aiko"), person("Ben"), person("Chie")
    for one, other in ((ben, aiko), (aiko, ben), (ben, chie)):
        one.follow(other)
    hers, his, third = aiko.post("京都の紅葉 🍁"), ben.post("Momiji!"), chie.post("雨の京都")
    for theirs in (hers, third):
        ben.sees(theirs["id"])
    aiko.sees(his["id"])

    # Ben mutes Chie, for a while, and then a word: what he does not want to see is gone at once.
    ben.send("PUT", f"/posts/v1/profiles/{chie.id}/mute", {"until": "2099-01-01T00:00:00Z"})
    assert third["id"] not in _home(ben)
    assert [mute["person"]["id"] for mute in ben.get("/posts/v1/mutes")["items"]] == [chie.id]
    ben.send("DELETE", f"/posts/v1/profiles/{chie.id}/mute")
    assert third["id"] in _home(ben)
    word = ben.send("POST", "/posts/v1/muted-words", {"word": "雨"})
    assert third["id"] not in _home(ben)
    ben.send("DELETE", f"/posts/v1/muted-words/{word['id']}")
    assert third["id"] in _home(ben)

    # Chie's account becomes private: Aiko has to ask, and sees her posts once Chie lets her follow.
    chie.send("PUT", "/posts/v1/profiles/me", {"handle": chie.handle, "name": "Chie", "private": True})
    secret = chie.post("内緒の話")
    ben.sees(secret["id"])
    aiko.follow(chie)
    assert aiko.get(f"/posts/v1/profiles/{chie.id}")["requested"]
    assert aiko.ask("GET", f"/posts/v1/posts/{secret['id']}").status_code == 404
    assert [one["id"] for one in chie.get("/posts/v1/follow-requests")["items"]] == [aiko.id]
    chie.send("PUT", f"/posts/v1/follow-requests/{aiko.id}")
    assert aiko.get(f"/posts/v1/posts/{secret['id']}")["text"] == "内緒の話"
    aiko.sees(secret["id"])

    # Ben can find and write to Aiko.
    ben.finds("京都の紅葉", hers["id"])
    channel = ben.channel_with(aiko)
    ben.send("POST", f"/chat/v1/channels/{channel}/messages", {"text": "元気？"})

    # Aiko blocks Ben: neither finds anything of the other, and nothing can be sent across.
    aiko.send("PUT", f"/posts/v1/profiles/{ben.id}/block")
    for one, other, post in ((ben, aiko, hers), (aiko, ben, his)):
        assert post["id"] not in _home(one)
        assert one.ask("GET", f"/posts/v1/posts/{post['id']}").status_code == 404
        assert one.get(f"/posts/v1/profiles/{other.id}/posts")["items"] == []
        assert one.ask("PUT", f"/posts/v1/profiles/{other.id}/follow").status_code == 403
    assert ben.get(f"/posts/v1/profiles/{aiko.id}")["blocked_by"]
    assert [one["id"] for one in aiko.get("/posts/v1/blocks")["items"]] == [ben.id]
    answer = {"text": "はい", "in_reply_to": hers["id"]}
    assert ben.ask("POST", "/posts/v1/posts", json=answer).status_code == 403
    eventually(lambda: not _follows(ben, aiko) and not _follows(aiko, ben), "both follows go")
    said = f"/chat/v1/channels/{channel}/messages"
    eventually(lambda: _refused(ben, said, {"text": "ねえ？"}), "Ben can no longer write to Aiko")
    assert _refused(aiko, "/chat/v1/channels", {"kind": "direct", "with": ben.id})
    assert ben.get(said)["items"][-1]["text"] == "元気？"
    eventually(lambda: hers["id"] not in _found(ben, "京都の紅葉"), "Ben's search no longer finds Aiko")

    # What Ben unfollows leaves his home at once, and what he follows late is there soon.
    ben.send("DELETE", f"/posts/v1/profiles/{chie.id}/follow")
    assert third["id"] not in _home(ben)
    ben.follow(chie)
    chie.send("PUT", f"/posts/v1/follow-requests/{ben.id}")
    ben.sees(third["id"])

    # She thinks better of it: his posts can be opened again, and the follows are gone for good.
    aiko.send("DELETE", f"/posts/v1/profiles/{ben.id}/block")
    assert aiko.get(f"/posts/v1/posts/{his['id']}")["id"] == his["id"]
    assert not _follows(ben, aiko)


def _home(person: Person) -> list[str]:
    return [post["id"] for post in person.home()]


def _refused(person: Person, path: str, body: dict[str, str]) -> bool:
    return person.ask("POST", path, json=body).status_code == 403


def _found(person: Person, query: str) -> list[str]:
    return [item["post"]["id"] for item in person.get("/search/v1/search/posts", q=query)["items"]]


def _follows(one: Person, other: Person) -> bool:
    return bool(one.get(f"/posts/v1/profiles/{other.id}")["followed"])
