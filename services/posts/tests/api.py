"""Asking the API as a signed-in person does, through Chalice's test client."""

import base64
import json
import os
from collections.abc import Callable
from typing import Any

Ask = Callable[..., tuple[int, dict[str, Any]]]


def token(user: str, **claims: str) -> str:
    """Return a token as the gateway would have let it through."""
    said = {
        "sub": user,
        "cognito:username": user,
        "token_use": "access",
        "client_id": os.environ["CLIENT_ID"],
    }
    part = base64.urlsafe_b64encode(json.dumps(said | claims).encode()).decode().rstrip("=")
    return f"e30.{part}.e30"


def slug(problem: dict[str, Any]) -> str:
    return str(problem["type"]).rsplit(":", 1)[1]


def posted(ask: Ask, text: str = "京都の紅葉", **more: Any) -> dict[str, Any]:
    status, post = ask("POST", "/v1/posts", {"text": text, **more})
    assert status == 201
    return post
