"""People who use the deployed service: they sign up, open sockets and wait for what they should hear."""

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import boto3
import httpx
from contracts.events.envelope import Event, EventData, detail, event
from websockets.sync.client import ClientConnection, connect

DEADLINE = 30.0

type Frame = dict[str, Any]


def eventually[T](look: Callable[[], T | None], what: str) -> T:
    """Poll until `look` returns something true."""
    deadline = time.monotonic() + DEADLINE
    while not (found := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {DEADLINE} s: {what}")
        time.sleep(0.05)
    return found


def now() -> datetime:
    return datetime.now(UTC)


def parameter(name: str) -> str:
    found = boto3.client("ssm").get_parameter(Name=f"/hidoki/{os.environ['STAGE']}/{name}")
    return str(found["Parameter"]["Value"])


def publish[D: EventData](data: D, source: str, subject: str, sequence: int = 1) -> Event[D]:
    envelope = event(
        data, source=f"hidoki.{source}", subject=subject, sequence=sequence, time=now(), actor="author"
    )
    entry = {"Source": envelope.source, "DetailType": envelope.type, "Detail": detail(envelope)}
    answer = boto3.client("events").put_events(Entries=[{**entry, "EventBusName": os.environ["BUS"]}])
    assert answer["FailedEntryCount"] == 0
    return envelope


class Person:
    def __init__(self) -> None:
        cognito, mail, password = (
            boto3.client("cognito-idp"),
            f"{uuid4().hex}@example.com",
            f"Aa1{uuid4().hex}",
        )
        client = os.environ["CLIENT_ID"]
        cognito.sign_up(ClientId=client, Username=mail, Password=password)
        cognito.admin_confirm_sign_up(
            UserPoolId=os.environ["USER_POOL_ARN"].rpartition("/")[2], Username=mail
        )
        signed_in = cognito.initiate_auth(
            ClientId=client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": mail, "PASSWORD": password},
        )["AuthenticationResult"]
        self.token: str = signed_in["AccessToken"]
        self.id_token: str = signed_in["IdToken"]
        attributes = cognito.get_user(AccessToken=self.token)["UserAttributes"]
        self.id: str = next(one["Value"] for one in attributes if one["Name"] == "sub")

    def ticket(self, token: str | None = None) -> httpx.Response:
        headers = {"Authorization": token or self.token}
        return httpx.post(f"{parameter('api/rtc/url')}/v1/sockets", headers=headers, timeout=30)

    def connect(self) -> ClientConnection:
        answer = self.ticket()
        assert answer.status_code == 201, answer.text
        return connect(answer.json()["url"], open_timeout=DEADLINE)


def ask(socket: ClientConnection, kind: str = "ping") -> Frame:
    key = uuid4().hex
    socket.send(json.dumps({"type": kind, "id": key}))
    return hear(socket, lambda frame: frame["id"] == key)


def hear(socket: ClientConnection, wanted: Callable[[Frame], bool]) -> Frame:
    deadline = time.monotonic() + DEADLINE
    while True:
        frame: Frame = json.loads(socket.recv(timeout=max(0.01, deadline - time.monotonic())))
        if wanted(frame):
            return frame
