"""The story of a person who leaves: afterwards no store holds anything of theirs but that it was deleted."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any
from uuid import UUID

import httpx

from e2e.conftest import SignUp
from e2e.people import Person
from e2e.photos import photo_with_gps
from e2e.system import System
from e2e.waiting import eventually

TEXT = "夜明けの竹林"
SECRET = "駅前で待っています"
TABLES = (
    "posts",
    "profiles",
    "timelines",
    "media",
    "channels",
    "messages",
    "connections",
    "notifications",
    "devices",
)
PREFIX_OF_POST_IDS = 21
"""Characters of a post's id that its author's id alone makes."""

MAY_STAY = (
    ("posts", "post#", "C#"),
    ("posts", "post#", "E#"),
    ("timelines", "chunk#", ""),
    ("timelines", "fill#", ""),
    ("channels", "C#", "CHANNEL"),
    ("channels", "U#", "M#"),
    ("messages", "C#", "M#"),
)
"""What may name who left, by id alone: tables, and how keys begin (posts' README, account deletion)."""

ERASED_SECONDS = 60.0
"""All of it is done within this: some queues one after the other, on a busy machine."""


def test_a_deleted_account_leaves_nothing_but_tombstones(system: System, person: SignUp) -> None:
    aiko, ben, chie = person(f"Aiko{token_hex(4)}"), person("Ben"), person("Chie")
    phone, secret = f"phone-of-{aiko.handle}", f"{SECRET} {token_hex(8)}"
    text = f"{TEXT} {token_hex(8)}"

    # Aiko does all that people do: she posts a photo, follows and is followed, talks, is told of things.
    ben.follow(aiko)
    aiko.follow(ben)
    photo = aiko.upload(photo_with_gps(), alt=f"{text}の写真")
    aiko.media(photo, "ready")
    unused = aiko.upload(photo_with_gps((1, 2, 3)), alt=text)
    aiko.media(unused, "ready")
    post = aiko.post(text, media=[photo])
    bens = ben.post("誰かいますか")
    reply = aiko.post(f"@{ben.handle} {text}", in_reply_to=bens["id"])
    url = ben.sees(post["id"])["media"][0]["url"]
    ben.sees(reply["id"])
    ben.finds(text, post["id"])
    _finds(ben, aiko, there=True)
    channel = aiko.channel_with(ben)
    ben.channel_with(aiko)
    messages = f"/chat/v1/channels/{channel}/messages"
    aiko.send("POST", messages, {"text": secret})
    ben.send("POST", messages, {"text": "わかりました"})
    aiko.send("POST", "/notify/v1/devices", {"platform": "ios", "token": phone})
    socket = aiko.open_socket()
    eventually(lambda: {"follow", "reply", "message"} <= _kinds(ben), "Ben is told of what Aiko did")
    eventually(lambda: {"follow", "message"} <= _kinds(aiko), "Aiko is told of what Ben did")

    poll = _what_she_does(system, aiko, ben, chie, text, bens["id"])
    quote = _what_others_do(aiko, ben, chie, post["id"])

    # She deletes her account; only her own handle confirms it.
    me = "/posts/v1/profiles/me"
    assert aiko.ask("DELETE", me, json={"handle": ben.handle}).status_code == 422
    assert aiko.ask("DELETE", me, json={"handle": aiko.handle}).status_code == 204

    # Her token is good for nothing any more, her handle is nobody's.
    assert aiko.ask("GET", me).status_code == 409
    assert _put(aiko, aiko.handle).status_code == 410
    assert _put(ben, aiko.handle).status_code == 409
    assert ben.ask("GET", f"/posts/v1/profiles/@{aiko.handle}").status_code == 404

    # No table, no bucket, no index holds what was hers: not her text, her names, her phone, her files.
    held = (aiko.handle, aiko.name, text, secret, phone)
    _nothing_is_left(system, aiko, held, others=(ben.id, chie.id))
    eventually(lambda: _schedules(system, aiko) == 0, "no draft of hers has a schedule")
    eventually(lambda: not socket.is_open, "her socket is closed")
    assert httpx.get(f"{system.page}{url}").status_code in {403, 404}
    _finds(ben, aiko, there=False)

    # The others keep what is theirs, and no more.
    home = {shown["id"]: shown for shown in ben.home()}
    assert set(home) == {bens["id"], poll, quote}
    assert home[quote]["quote"]["author"] is None
    assert not _kinds(ben)
    for whose in (ben, chie):
        assert whose.get("/posts/v1/blocks")["items"] == whose.get("/posts/v1/mutes")["items"] == []
    assert [message["text"] for message in ben.get(messages)["items"]] == ["わかりました"]
    assert ben.ask("POST", messages, json={"text": "もしもし"}).status_code == 409
    for method, path, body in (
        ("POST", "/posts/v1/posts", {"text": "まだいる"}),
        ("POST", "/media/v1/media", {"content_type": "image/jpeg", "size": 9}),
        ("GET", "/posts/v1/timelines/home", None),
        ("GET", "/chat/v1/channels", None),
        ("POST", messages, {"text": "まだいる"}),
        ("GET", "/notify/v1/notifications", None),
        ("POST", "/notify/v1/devices", {"platform": "ios", "token": phone}),
        ("POST", "/rtc/v1/sockets", None),
    ):
        answer = aiko.ask(method, path, json=body)
        assert answer.status_code in {404, 409, 410}, f"{path}: {answer.status_code} {answer.text}"
        assert answer.headers["content-type"] == "application/problem+json"
    _cannot_sign_in(system, aiko)


def _what_she_does(system: System, aiko: Person, ben: Person, chie: Person, text: str, bens: str) -> str:
    """Let Aiko do to Ben's posts and to people what there is to do; return Ben's poll."""
    poll = str(ben.post("どちら？", poll={"options": ["山", "海"], "minutes": 60})["id"])
    aiko.send("PUT", f"/posts/v1/posts/{poll}/vote", {"options": [0]})
    aiko.send("PUT", f"/posts/v1/posts/{bens}/reaction", {"emoji": "🍁"})
    aiko.send("PUT", f"/posts/v1/posts/{bens}/bookmark")
    aiko.send("PUT", f"/posts/v1/posts/{bens}/repost")
    aiko.post(text, quote=bens)
    edited = aiko.post(f"#朝 {text} 三度目")
    path = f"/posts/v1/posts/{edited['id']}"
    tag = aiko.ask("GET", path).headers["ETag"]
    told = aiko.ask("PUT", path, json={"text": f"{text} 四度目"}, headers={"If-Match": tag})
    assert told.is_success, told.text
    aiko.send("PUT", f"{path}/pin")
    aiko.send("POST", "/posts/v1/drafts", {"post": {"text": text}})
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    aiko.send("POST", "/posts/v1/drafts", {"post": {"text": text}, "publish_at": later})
    eventually(lambda: _schedules(system, aiko) == 1, "her draft has its schedule")
    subject = {"kind": "post", "id": bens}
    aiko.send("POST", "/posts/v1/reports", {"subject": subject, "reason": "spam", "comment": text})
    aiko.send("POST", "/posts/v1/muted-words", {"word": text})
    aiko.send("PUT", f"/posts/v1/profiles/{ben.id}/mute", {})
    aiko.send("PUT", f"/posts/v1/profiles/{chie.id}/block")
    return poll


def _what_others_do(aiko: Person, ben: Person, chie: Person, post: str) -> str:
    """Let others do to Aiko's post and to her what there is to do; return Ben's quote."""
    ben.send("PUT", f"/posts/v1/posts/{post}/reaction", {"emoji": "🍁"})
    ben.send("PUT", f"/posts/v1/posts/{post}/bookmark")
    ben.send("PUT", f"/posts/v1/posts/{post}/repost")
    quote = str(ben.post("これです", quote=post)["id"])
    subject = {"kind": "profile", "id": aiko.id}
    ben.send("POST", "/posts/v1/reports", {"subject": subject, "reason": "spam"})
    ben.send("PUT", f"/posts/v1/profiles/{aiko.id}/mute", {})
    chie.send("PUT", f"/posts/v1/profiles/{aiko.id}/block")
    return quote


def _nothing_is_left(system: System, person: Person, held: tuple[str, ...], others: tuple[str, ...]) -> None:
    left: list[str] = []

    def look() -> bool:
        left[:] = _leftovers(system, person, held, others)
        return not left

    try:
        eventually(look, f"nothing of {person.name} is left", within=ERASED_SECONDS, pause=1.0)
    except AssertionError as late:
        raise AssertionError("\n".join([str(late), *left])) from None


def _leftovers(
    system: System, person: Person, held: tuple[str, ...], others: tuple[str, ...]
) -> Iterator[str]:
    """Return where one of some texts is held still, and which items that name the person are to stay."""
    reserved = f"H#{person.handle}"
    for table in TABLES:
        for item in _items(system, table):
            text = json.dumps(item, ensure_ascii=False, default=str)
            if item["pk"]["S"] == reserved:
                assert set(item) == {"pk", "sk", "reserved"}, text
            elif item["pk"]["S"].startswith("report#"):
                assert "expires_at" in item, text  # moderators need its words until then
            elif any(one in text for one in held):
                yield f"{table}: {text}"
            elif _names(person, text) and not (
                "expires_at" in item or _may_stay(table, item, person, others)
            ):
                yield f"{table}, no tombstone: {text}"
    yield from _objects(system, person)
    yield from _documents(system, (*held, person.id))


def _names(person: Person, text: str) -> bool:
    """Tell whether a text has a person's id in it, or the id of a post of theirs."""
    posts = urlsafe_b64encode(UUID(person.id).bytes).decode()[:PREFIX_OF_POST_IDS]
    return person.id in text or posts in text


def _may_stay(table: str, item: dict[str, Any], person: Person, others: tuple[str, ...]) -> bool:
    """Tell whether an item that names the person by id is another's, or counts only."""
    pk, sk = item["pk"]["S"], item["sk"]["S"]
    if person.id in pk:
        return False
    known = any(
        table == where and pk.startswith(one) and sk.startswith(other) for where, one, other in MAY_STAY
    )
    return known or pk in others


def _items(system: System, table: str) -> Iterator[dict[str, Any]]:
    pages = system.client("dynamodb").get_paginator("scan").paginate(TableName=system.called(table))
    for page in pages:
        yield from page["Items"]


def _objects(system: System, person: Person) -> Iterator[str]:
    """Return objects of the person's: uploads have their owner's id in the key, renditions are on no item."""
    s3 = system.client("s3")
    bucket = next(
        one["Name"] for one in s3.list_buckets()["Buckets"] if system.called("media") in one["Name"]
    )
    known = json.dumps(list(_items(system, "media")))
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for one in page.get("Contents", ()):
            if person.id in one["Key"] or one["Key"] not in known:
                yield f"{bucket}: {one['Key']}"


def _documents(system: System, held: tuple[str, ...]) -> Iterator[str]:
    """Return documents of the search engine that hold one of some texts."""
    everything = {"size": 10_000, "query": {"match_all": {}}}
    endpoint = system.urls["search"]
    for index in ("posts", "people", "blocks"):
        found = httpx.post(f"{endpoint}/{index}/_search", json=everything).json()
        for hit in found["hits"]["hits"]:
            text = json.dumps(hit["_source"], ensure_ascii=False)
            if any(one in text for one in held):
                yield f"{index}: {text}"


def _kinds(person: Person) -> set[str]:
    return {one["kind"] for one in person.get("/notify/v1/notifications")["items"]}


def _schedules(system: System, author: Person) -> int:
    """Return how many schedules of someone's drafts there are."""
    named = urlsafe_b64encode(UUID(author.id).bytes).decode()[:PREFIX_OF_POST_IDS]
    found = system.client("scheduler").list_schedules(GroupName=f"hidoki-{system.stage}")["Schedules"]
    return sum(one["Name"].startswith(named) for one in found)


def _finds(reader: Person, other: Person, *, there: bool) -> None:
    def look() -> bool:
        items = reader.get("/search/v1/search/people", q=other.handle)["items"]
        return (other.id in json.dumps(items)) is there

    eventually(look, f"{other.handle} is {'' if there else 'not '}found")


def _put(person: Person, handle: str) -> httpx.Response:
    return person.ask("PUT", "/posts/v1/profiles/me", json={"handle": handle, "name": "someone"})


def _cannot_sign_in(system: System, person: Person) -> None:
    cognito, pool = system.client("cognito-idp"), system.urls["userPoolId"]
    mine = f'sub = "{person.id}"'
    eventually(
        lambda: not cognito.list_users(UserPoolId=pool, Filter=mine)["Users"], f"{person.name} can't sign in"
    )
