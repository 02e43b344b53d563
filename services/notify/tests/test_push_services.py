"""The two push services: Amazon SNS, and the sink that stands in for the phones."""

import json
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from uuid import uuid4

import pytest
from chalicelib.model import Device
from chalicelib.pushing import DeviceGone, Message
from chalicelib.store.sink import SinkPush
from chalicelib.store.sns import SnsPush, payload

MESSAGE = Message(
    "Benさんから", "こんにちは 🎏", {"kind": "mention", "post_id": "a-post"}, "the-notification"
)

FCM_LIMIT = 4_096


class Refused(Exception):
    """What the SDK raises."""


class FakeSns:
    """An SNS that refuses to publish for one reason."""

    class exceptions:  # noqa: N801
        """The SDK's names."""

        class EndpointDisabledException(Refused): ...

        class NotFoundException(Refused): ...

        class InvalidParameterException(Refused): ...

    def __init__(self, refusal: Refused) -> None:
        self.refusal = refusal

    def publish(self, **request: Any) -> None:
        raise self.refusal


REGISTERED = Device("id", "ios", "token", "arn")


@pytest.mark.parametrize(
    "refusal",
    [
        FakeSns.exceptions.EndpointDisabledException("Endpoint is disabled"),
        FakeSns.exceptions.NotFoundException("Endpoint does not exist"),
        FakeSns.exceptions.InvalidParameterException("No endpoint found for the target arn specified"),
    ],
)
def test_an_endpoint_that_is_disabled_or_deleted_is_a_device_that_is_gone(refusal: Refused) -> None:
    with pytest.raises(DeviceGone):
        SnsPush(FakeSns(refusal), "application").send(REGISTERED, MESSAGE)


def test_a_message_that_sns_refuses_is_no_device_that_is_gone() -> None:
    refusal = FakeSns.exceptions.InvalidParameterException("Message too long")
    with pytest.raises(Refused, match="too long"):
        SnsPush(FakeSns(refusal), "application").send(REGISTERED, MESSAGE)


def test_until_push_is_set_up_devices_wait_without_an_address() -> None:
    sns = SnsPush(FakeSns(Refused("never asked")), "")
    device = Device.of("ios", "token")
    assert sns.address(device) is None
    sns.send(device, MESSAGE)
    sns.forget(device)


def test_each_platform_gets_its_own_text() -> None:
    platforms = json.loads(payload(MESSAGE))
    google = json.loads(platforms["GCM"])["fcmV1Message"]["message"]
    assert google["notification"] == {"title": MESSAGE.title, "body": MESSAGE.body}
    assert google["data"] == MESSAGE.data
    assert google["android"]["collapse_key"] == google["webpush"]["headers"]["Topic"] == "the-notification"
    apple = json.loads(platforms["APNS"])
    assert apple == {"aps": {"alert": google["notification"]}, **MESSAGE.data}
    assert platforms["APNS_SANDBOX"] == platforms["APNS"]
    assert platforms["default"] == MESSAGE.title


def test_the_longest_push_fits_what_google_and_apple_take() -> None:
    longest = Message("あ" * 80, "あ" * 334, {"post_id": "x" * 80, "kind": "mention"}, "x" * 26)
    platforms = json.loads(payload(longest))
    assert max(len(text.encode()) for text in platforms.values()) <= FCM_LIMIT


@pytest.mark.cloud
def test_sns_knows_a_device_by_one_endpoint_and_takes_pushes_for_it() -> None:
    import boto3

    sns = boto3.client("sns")
    push = SnsPush(sns, os.environ["PUSH_APPLICATION_ARN"])
    device = Device.of("android", uuid4().hex)
    endpoint = push.address(device)
    assert endpoint
    sns.set_endpoint_attributes(EndpointArn=endpoint, Attributes={"Enabled": "false"})
    assert push.address(device) == endpoint
    attributes = sns.get_endpoint_attributes(EndpointArn=endpoint)["Attributes"]
    assert (attributes["Enabled"], attributes["Token"]) == ("true", device.token)
    known = Device(device.id, device.platform, device.token, endpoint)
    push.send(known, MESSAGE)
    for _ in range(2):
        push.forget(known)
    with pytest.raises(DeviceGone):
        push.send(known, MESSAGE)


class Sink(HTTPServer):
    """A sink that keeps what is posted, or refuses it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.kept: list[tuple[str, Any]] = []
        self.status = 202

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/push"


class Handler(BaseHTTPRequestHandler):
    """Answers for a sink."""

    server: Sink

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.kept.append((self.path, json.loads(body)))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def sink() -> Iterator[Sink]:
    server = Sink()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_sink_gets_a_push_whole(sink: Sink) -> None:
    SinkPush(sink.url).send(Device.of("web", "a-token"), MESSAGE)
    assert sink.kept == [
        (
            "/push",
            {
                "token": "a-token",
                "platform": "web",
                "title": MESSAGE.title,
                "body": MESSAGE.body,
                "data": MESSAGE.data,
                "collapse_key": "the-notification",
            },
        )
    ]


def test_a_push_that_the_sink_refuses_fails(sink: Sink) -> None:
    sink.status = 500
    with pytest.raises(HTTPError):
        SinkPush(sink.url).send(Device.of("web", "a-token"), MESSAGE)
