"""The story of a conversation: an edit, a quote, a repost, a thread, and a post that is not for strangers."""

from e2e.conftest import SignUp
from e2e.people import Person
from e2e.waiting import eventually


def test_what_is_said_is_edited_quoted_passed_on_and_answered(person: SignUp) -> None:
    aiko, ben, chie = person("Aiko"), person("Ben"), person("Chie")
    ben.follow(aiko)
    post = aiko.post("#もみじ 今週が身頃です", language="ja")
    path = f"/posts/v1/posts/{post['id']}"
    ben.sees(post["id"])

    # Aiko corrects a word; a second device that saw the old version is told so.
    better = {"text": "#もみじ 今週が見頃です", "language": "ja"}
    assert aiko.ask("PUT", path, json=better).status_code == 428
    edited = aiko.ask("PUT", path, json=better, headers={"If-Match": '"1"'})
    assert (edited.status_code, edited.headers["etag"]) == (200, '"2"')
    late = aiko.ask("PUT", path, json={"text": "二"}, headers={"If-Match": '"1"'})
    assert (late.status_code, late.headers["etag"]) == (412, '"2"')

    # The edit comes to Ben's timeline, to search and to the tag; what was said before can be seen.
    eventually(lambda: ben.sees(post["id"])["text"] == better["text"], "Ben's timeline shows the edit")
    eventually(
        lambda: chie.finds("見頃", post["id"])["post"]["text"] == better["text"], "search shows the edit"
    )
    eventually(lambda: _texts(chie, "/posts/v1/tags/もみじ/posts", post) == [better["text"]], "the tag does")
    said = [one["text"] for one in ben.get(f"{path}/history")["items"]]
    assert said == ["#もみじ 今週が身頃です", better["text"]]

    # Ben quotes it, Chie passes it on, they answer each other: Aiko hears of all, the thread has its order.
    quote = ben.post("行きます", quote=post["id"])
    assert quote["quote"]["text"] == better["text"]
    repost = chie.send("PUT", f"{path}/repost")
    assert chie.send("PUT", f"{path}/repost")["id"] == repost["id"]
    first = ben.post("何時に？", in_reply_to=post["id"])
    second = aiko.post("八時に", in_reply_to=first["id"])
    thread = [post["id"], first["id"], second["id"]]
    eventually(lambda: _thread(chie, second["id"]) == thread, "the thread has all")
    eventually(
        lambda: {"quote", "repost", "reply"} <= {one["kind"] for one in _notifications(aiko)},
        "Aiko hears of the quote, the repost and the answer",
    )

    # A post for followers comes to Ben, who follows her, and to nobody else, whichever way they look.
    secret = aiko.post("#もみじ 内緒の穴場", audience="followers", in_reply_to=post["id"])
    ben.sees(secret["id"])
    marker = aiko.post("#もみじ 穴場はここまで")
    chie.finds("穴場", marker["id"])
    eventually(lambda: secret["id"] in _thread(ben, post["id"]), "Ben sees it in the thread")
    assert secret["id"] not in _thread(chie, post["id"])
    assert chie.ask("GET", f"/posts/v1/posts/{secret['id']}").status_code == 404
    assert secret["id"] not in _ids(chie, f"/posts/v1/profiles/{aiko.id}/posts")
    assert secret["id"] not in _ids(chie, "/posts/v1/tags/もみじ/posts")
    found = chie.get("/search/v1/search/posts", q="穴場")["items"]
    assert secret["id"] not in [item["post"]["id"] for item in found]

    # Aiko deletes what it began with: the repost goes, the quote stays without it, the thread has a gap.
    aiko.send("DELETE", path)
    eventually(
        lambda: chie.ask("GET", f"/posts/v1/posts/{repost['id']}").status_code == 404, "the repost is gone"
    )
    eventually(lambda: ben.get(f"/posts/v1/posts/{quote['id']}")["quote"]["author"] is None, "the quote is")
    eventually(lambda: post["id"] not in _ids(chie, "/posts/v1/tags/もみじ/posts"), "it is under no tag")
    assert chie.get(f"/posts/v1/posts/{second['id']}/thread")["items"][0] == {"id": post["id"], "post": None}


def _ids(reader: Person, path: str) -> list[str]:
    return [one["id"] for one in reader.get(path)["items"]]


def _texts(reader: Person, path: str, post: dict[str, str]) -> list[str]:
    return [one["text"] for one in reader.get(path)["items"] if one["id"] == post["id"]]


def _thread(reader: Person, post: str) -> list[str]:
    return _ids(reader, f"/posts/v1/posts/{post}/thread")


def _notifications(reader: Person) -> list[dict[str, str]]:
    return list(reader.get("/notify/v1/notifications")["items"])
