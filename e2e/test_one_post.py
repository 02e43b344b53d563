"""The first story: one post travels the whole system."""

import httpx

from e2e.conftest import SignUp
from e2e.people import Person
from e2e.photos import CAMERA, metadata_of, photo_with_gps
from e2e.system import System
from e2e.waiting import eventually

PHONE = "aikos-phone"


def test_one_post_travels_the_whole_system(system: System, person: SignUp) -> None:
    aiko, ben = person("Aiko"), person("Ben")

    # Ben follows Aiko and opens a socket; Aiko hears that he follows.
    ben.follow(aiko)
    hears = ben.open_socket().hears
    eventually(lambda: _kinds(aiko) == ["follow"], "Aiko is told that Ben follows her")

    # Aiko uploads a photo that knows where it was taken, and posts it.
    photo = photo_with_gps()
    assert CAMERA.encode() in photo
    media_id = aiko.upload(photo, alt="赤い紅葉")
    post = aiko.post("京都の紅葉 🍁", media=[media_id])
    aiko.media(media_id, "ready")

    # Ben's socket hears of it, his timeline shows it, a search finds it.
    frame = hears("timeline.post", lambda frame: frame["data"]["post"]["id"] == post["id"])
    assert frame["data"]["post"]["author"]["handle"] == aiko.handle
    shown = ben.sees(post["id"])
    assert shown["text"] == "京都の紅葉 🍁"
    assert shown["media"][0]["alt"] == "赤い紅葉"
    assert "<em>紅葉</em>" in ben.finds("紅葉", post["id"])["highlight"]

    # The image that is served tells nothing but its pixels.
    served = httpx.get(f"{system.page}{shown['media'][0]['url']}")
    assert served.status_code == 200
    assert served.headers["content-type"] == shown["media"][0]["content_type"]
    assert metadata_of(served.content) == {}
    assert CAMERA.encode() not in served.content
    assert b"taken at home" not in served.content

    # Ben mentions Aiko, who has no socket open: her phone hears of it.
    aiko.send("POST", "/notify/v1/devices", {"platform": "ios", "token": f"{PHONE}-{aiko.id}"})
    ben.post(f"@{aiko.handle} きれいですね", in_reply_to=post["id"])
    push = eventually(lambda: _pushes(system, f"{PHONE}-{aiko.id}"), "a push is published for Aiko")
    assert "Ben" in push[0]["title"] + push[0]["body"]

    # They talk, over REST, and hear each other by socket.
    aiko_hears = aiko.open_socket().hears
    channel = aiko.channel_with(ben)
    assert ben.channel_with(aiko) == channel
    messages = f"/chat/v1/channels/{channel}/messages"
    aiko.send("POST", messages, {"text": "ありがとう！"})
    hears("message", lambda frame: frame["data"]["message"]["text"] == "ありがとう！")
    ben.send("POST", messages, {"text": "Where was it?"})
    aiko_hears("message", lambda frame: frame["data"]["message"]["text"] == "Where was it?")
    assert [message["text"] for message in aiko.get(messages)["items"]] == ["Where was it?", "ありがとう！"]

    # Aiko deletes the post: it is gone everywhere.
    aiko.send("DELETE", f"/posts/v1/posts/{post['id']}")
    hears("timeline.removed", lambda frame: frame["data"]["post_id"] == post["id"])
    eventually(lambda: post["id"] not in [shown["id"] for shown in ben.home()], "it leaves Ben's timeline")
    eventually(lambda: post["id"] not in _found(ben, "紅葉"), "it leaves the search")
    assert ben.ask("GET", f"/posts/v1/posts/{post['id']}").status_code == 404


def _kinds(person: Person) -> list[str]:
    return [notification["kind"] for notification in person.get("/notify/v1/notifications")["items"]]


def _pushes(system: System, token: str) -> list[dict[str, str]]:
    return list(httpx.get(system.urls["pushSink"], params={"token": token}).json())


def _found(person: Person, query: str) -> list[str]:
    return [item["post"]["id"] for item in person.get("/search/v1/search/posts", q=query)["items"]]
