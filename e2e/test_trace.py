"""The story of one trace: from the request that asked for it to the socket and the phone."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from ulid import ULID

from e2e.conftest import SignUp
from e2e.people import Person
from e2e.photos import photo_with_gps
from e2e.segments import Path, Segment, Segments, Trace, listening
from e2e.system import System
from e2e.waiting import eventually


@pytest.fixture
def segments(system: System) -> Iterator[Segments]:
    assert system.stage == "local", "on AWS segments go to X-Ray, not here"
    with listening(system.urls["traces"]) as heard:
        yield heard


def test_one_trace_leads_from_a_post_to_the_search_and_to_a_followers_socket(
    system: System, person: SignUp, segments: Segments
) -> None:
    aiko, ben = person("Aiko"), person("Ben")
    ben.follow(aiko)
    hears = ben.open_socket().hears
    trace = Trace()

    post = send(aiko, "/posts/v1/posts", {"text": "京都の紅葉 🍁"}, trace)
    hears("timeline.post", lambda frame: frame["data"]["post"]["id"] == post["id"])

    expected = under(
        (api(system, "posts"), "relay:posts"),
        ("search",),
        ("posts-fanout", "relay:posts", "rtc-delivery", "rtc:socket"),
    )
    assert set(segments.whole(trace, expected)) == expected
    assert_in_order(segments.of(trace))


def test_one_trace_leads_from_a_mention_to_the_phone_of_who_is_mentioned(
    system: System, person: SignUp, segments: Segments
) -> None:
    aiko, ben = person("Aiko"), person("Ben")
    token = with_phone(aiko)
    trace = Trace()

    send(ben, "/posts/v1/posts", {"text": f"@{aiko.handle} きれいですね"}, trace)
    pushed(system, token)

    expected = under(
        (api(system, "posts"), "relay:posts"),
        ("search",),
        ("posts-fanout", "relay:posts", "rtc-delivery"),
        ("notify-inbox", "relay:notify", "rtc-delivery"),
        ("notify-inbox", "relay:notify", "notify-push", "notify:device"),
    )
    assert set(segments.whole(trace, expected)) == expected
    assert_in_order(segments.of(trace))


def test_one_trace_leads_from_a_message_to_a_socket_and_to_a_phone(
    system: System, person: SignUp, segments: Segments
) -> None:
    aiko, ben = person("Aiko"), person("Ben")
    channel = ben.channel_with(aiko)
    token = with_phone(aiko)
    hears = ben.open_socket().hears
    trace = Trace()

    send(ben, f"/chat/v1/channels/{channel}/messages", {"text": "Where was it?"}, trace)
    hears("message", lambda frame: frame["data"]["message"]["text"] == "Where was it?")
    pushed(system, token)

    expected = under(
        (api(system, "chat"), "relay:chat"),
        ("rtc-delivery", "rtc:socket"),
        ("notify-inbox", "relay:notify", "rtc-delivery"),
        ("notify-inbox", "relay:notify", "notify-push", "notify:device"),
    )
    assert set(segments.whole(trace, expected)) == expected
    assert_in_order(segments.of(trace))


def test_one_trace_leads_from_an_upload_through_the_bucket_to_the_posts_that_wait_for_it(
    system: System, person: SignUp, segments: Segments
) -> None:
    aiko = person("Aiko")
    trace = Trace()

    aiko.http.headers.update(trace.headers)
    media_id = aiko.upload(photo_with_gps())
    for name in trace.headers:
        del aiko.http.headers[name]
    aiko.media(media_id, "ready")

    expected = under((api(system, "media"), "media:intake", "relay:media", "posts-media"))
    assert set(segments.whole(trace, expected)) == expected
    assert_in_order(segments.of(trace))


def test_a_post_that_nobody_asked_to_trace_sends_nothing(person: SignUp, segments: Segments) -> None:
    aiko, ben = person("Aiko"), person("Ben")
    ben.follow(aiko)
    hears = ben.open_socket().hears
    word = f"untraced{aiko.handle[-8:]}"

    post = aiko.post(word)
    hears("timeline.post", lambda frame: frame["data"]["post"]["id"] == post["id"])
    aiko.finds(word, post["id"])
    assert segments.heard == []


def test_the_logs_of_every_function_on_the_way_name_the_trace(system: System, person: SignUp) -> None:
    aiko = person("Aiko")
    trace = Trace()
    send(aiko, "/posts/v1/posts", {"text": "京都の紅葉 🍁"}, trace)

    for name, message in (
        (api(system, "posts"), "served"),
        (function(system, "posts", "relay_posts"), "relayed"),
        (function(system, "search", "index"), "consumed"),
        (function(system, "posts", "fan_out"), "consumed"),
        (function(system, "posts", "relay_timelines"), "relayed"),
        (function(system, "rtc", "deliver"), "consumed"),
    ):

        def look(name: str = name, message: str = message) -> list[str] | None:
            lines = logged(system, name, trace)
            if message in lines:
                return lines
            aiko.post("the local cloud shows a function's last line when it runs again")
            return None

        eventually(look, f"{name} says {message!r} of {trace.id}", pause=0.5)


def api(system: System, service: str) -> str:
    """Return what the function behind a service's API is called."""
    return f"hidoki-{service}-{system.stage}-{system.urls['region']}"


def function(system: System, service: str, name: str) -> str:
    """Return what any other function of a service is called."""
    return f"{api(system, service)}-{name}"


def send(person: Person, path: str, body: dict[str, Any], trace: Trace) -> dict[str, Any]:
    """Do something, and ask for its trace."""
    answer = person.ask("POST", path, json=body, headers={"Idempotency-Key": str(ULID()), **trace.headers})
    assert answer.is_success, answer.text
    return dict(answer.json())


def with_phone(person: Person) -> str:
    """Give somebody a phone; return its token."""
    token = f"phone-{person.id}"
    person.send("POST", "/notify/v1/devices", {"platform": "ios", "token": token})
    return token


def pushed(system: System, token: str) -> None:
    """Wait until a phone has heard of something."""
    eventually(
        lambda: httpx.get(system.urls["pushSink"], params={"token": token}).json(), "a push is published"
    )


def under(first: Path, *paths: Path) -> set[Path]:
    """Return all paths that these have in them, each going on where `first` ends."""
    whole = [(*first, *path) for path in paths or [()]]
    return {path[:length] for path in whole for length in range(1, len(path) + 1)}


def assert_in_order(found: list[Segment]) -> None:
    """Check that nothing began before what led to it, nor ended before it began."""
    began = {segment["id"]: segment["start_time"] for segment in found}
    for segment in found:
        assert segment["end_time"] >= segment["start_time"], segment
        assert segment["start_time"] >= began.get(segment["parent_id"], 0), segment
        assert not segment.get("fault"), segment


def logged(system: System, name: str, trace: Trace) -> list[str]:
    """Return the messages that a function logged about a trace."""
    lines = system.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
    parsed = [json.loads(line["message"]) for line in lines if trace.id in line["message"]]
    return [
        line["message"]
        for line in parsed
        if trace.id in (line.get("xray_trace_id"), *line.get("xray_trace_ids", ()))
    ]
