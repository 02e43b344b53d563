"""People of the stories: they sign up through Cognito and use the API and the socket as any client does."""

import secrets
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

import httpx
from contracts.http.budgets import TRUSTED
from ulid import ULID

from e2e.sockets import Socket
from e2e.system import System
from e2e.waiting import eventually

PASSWORD_BYTES = 12


@dataclass
class Person:
    """Someone who is signed in.

    Parameters
    ----------
    system
        Where they are.
    handle, name
        Of their profile.
    token
        Their access token.
    """

    system: System
    handle: str
    name: str
    token: str
    id: str = ""
    sockets: list[Socket] = field(default_factory=list)

    @cached_property
    def http(self) -> httpx.Client:
        """Their connection to the API."""
        return httpx.Client(headers={"Authorization": self.token, "Accept-Language": "en"}, timeout=30)

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send one request to a route, such as `/posts/v1/posts`, and return the answer, whatever it is."""
        return self.http.request(method, self.system.address(path), **options)

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """Read something that must be there."""
        answer = self.ask("GET", path, params=query)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return dict(answer.json())

    def send(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Do something that must work, under an Idempotency-Key of its own."""
        answer = self.ask(method, path, json=body, headers={"Idempotency-Key": str(ULID())})
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return dict(answer.json()) if answer.content else {}

    def post(self, text: str, **more: Any) -> dict[str, Any]:
        """Publish a post."""
        return self.send("POST", "/posts/v1/posts", {"text": text, **more})

    def follow(self, other: "Person") -> None:
        """Follow someone."""
        self.send("PUT", f"/posts/v1/profiles/{other.id}/follow")

    def home(self, limit: int = 20) -> list[dict[str, Any]]:
        """Return the newest posts of their home timeline."""
        return list(self.get("/posts/v1/timelines/home", limit=limit)["items"])

    def sees(self, post_id: str, **wait: float) -> dict[str, Any]:
        """Wait until a post is on their home timeline."""
        return eventually(
            lambda: next((post for post in self.home() if post["id"] == post_id), None),
            f"{self.handle}'s home timeline shows {post_id}",
            **wait,
        )

    def finds(self, query: str, post_id: str, **wait: float) -> dict[str, Any]:
        """Wait until a search finds a post."""

        def look() -> dict[str, Any] | None:
            items = self.get("/search/v1/search/posts", q=query)["items"]
            return next((item for item in items if item["post"]["id"] == post_id), None)

        return eventually(look, f"a search for {query} finds {post_id}", **wait)

    def channel_with(self, other: "Person") -> str:
        """Open the direct channel with someone; chat hears of people who just joined a moment later."""

        def look() -> str | None:
            answer = self.ask("POST", "/chat/v1/channels", json={"kind": "direct", "with": other.id})
            assert answer.status_code in {201, 404, 409}, answer.text
            return str(answer.json()["id"]) if answer.is_success else None

        return eventually(look, f"{self.handle} has a channel with {other.handle}")

    def open_socket(self) -> Socket:
        """Open a socket with a fresh ticket and wait until it answers."""
        socket = Socket(self.send("POST", "/rtc/v1/sockets")["url"])
        self.sockets.append(socket)
        socket.ping()
        return socket

    def upload(self, image: bytes, content_type: str = "image/jpeg", **more: Any) -> str:
        """Upload a photo through the presigned form; return its media id."""
        session = self.send(
            "POST",
            "/media/v1/media",
            {
                "content_type": content_type,
                "size": len(image),
                "sha256": b64encode(sha256(image).digest()).decode(),
                **more,
            },
        )
        form = session["upload"]
        answer = httpx.post(form["url"], data=form["fields"], files={"file": ("photo", image, content_type)})
        assert answer.is_success, f"upload: {answer.status_code} {answer.text}"
        return str(session["id"])

    def media(self, media_id: str, state: str) -> dict[str, Any]:
        """Wait until their upload is `ready` or `failed`."""

        def look() -> dict[str, Any] | None:
            media = self.get(f"/media/v1/media/{media_id}")
            return media if media["state"] == state else None

        return eventually(look, f"media {media_id} is {state}")

    def leave(self) -> None:
        """Close what is open."""
        for socket in self.sockets:
            socket.close()
        self.http.close()


def sign_up(
    system: System,
    name: str,
    *,
    profile: bool = True,
    through_page: bool = True,
    groups: Sequence[str] = (TRUSTED,),
) -> Person:
    """Make an account, sign in, and make a profile with a handle that nobody has.

    People of stories ask again and again whether something has happened, so they are trusted to: only
    those whose `groups` are others have rate limits.
    """
    cognito, client_id = system.client("cognito-idp"), system.urls["clientId"]
    handle = f"{name.lower()}_{secrets.token_hex(4)}"
    email, password = f"{handle}@example.com", f"Aa1!{secrets.token_urlsafe(PASSWORD_BYTES)}"
    cognito.sign_up(
        ClientId=client_id,
        Username=email,
        Password=password,
        UserAttributes=[{"Name": "email", "Value": email}],
    )
    cognito.admin_confirm_sign_up(UserPoolId=system.urls["userPoolId"], Username=email)
    for group in groups:
        cognito.admin_add_user_to_group(UserPoolId=system.urls["userPoolId"], Username=email, GroupName=group)
    answer = cognito.initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )
    person = Person(
        replace(system, through_page=through_page),
        handle,
        name,
        answer["AuthenticationResult"]["AccessToken"],
    )
    if profile:
        person.id = person.send("PUT", "/posts/v1/profiles/me", {"handle": handle, "name": name})["id"]
    return person
