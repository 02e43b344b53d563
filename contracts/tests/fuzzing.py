"""Schemathesis against a service in this process: how much of it, and signed in as whom."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import schemathesis
from contracts.http.openapi import document
from contracts.http.routes import Api
from gateway import Gateway
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig

CASES = 15
"""Random requests an operation gets beside all those that its schema's edges call for."""

STORIES, STEPS = 15, 12
"""Sequences of requests, and the requests of one: each uses what those before it answered."""

CONFIG = Path(__file__).with_name("schemathesis.toml")

QUICK = settings(
    max_examples=CASES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)

SEQUENCES = settings(QUICK, max_examples=STORIES, stateful_step_count=STEPS)


def access_token(user: str, **claims: str) -> str:
    """Return a token as the gateway would have let it through."""
    who = {"sub": user, "cognito:username": user, "token_use": "access", "exp": "4102444800"}
    said = {**who, "client_id": os.environ["CLIENT_ID"], **claims}
    part = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    return f"e30.{part}.e30"


def fuzzed(api: Api, user: str, **claims: str) -> Any:
    """Return an API's document as Schemathesis tests it, signed in as somebody.

    Parameters
    ----------
    api
        What is tested; what it stands on is up to the test.
    user
        Who asks.
    claims
        Of their token, beside the usual ones.
    """
    schema = schemathesis.openapi.from_dict(document(api), config=SchemathesisConfig.from_path(CONFIG))
    schema.app = Gateway(api.app)

    @schema.auth()
    class _SignedIn:
        def get(self, case: Any, context: Any) -> str:
            return access_token(user, **claims)

        def set(self, case: Any, data: str, context: Any) -> None:
            case.headers["Authorization"] = f"Bearer {data}"

    return schema


def run_stories(schema: Any) -> None:
    """Test sequences of requests, along the links of the document."""
    schema.as_state_machine().run(settings=SEQUENCES)
