"""Schemathesis against a service in this process: how much of it, and signed in as whom."""

import base64
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import schemathesis
from contracts.http.openapi import document
from contracts.http.routes import Api
from gateway import Gateway
from hypothesis import HealthCheck, Phase, settings
from jsonschema import Draft202012Validator
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation

CASES = 8
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


def placed(case: Any, known: Mapping[str, Sequence[str]]) -> Any:
    """Return a case that is, two times of three, about something that there is.

    Parameters
    ----------
    case
        A request that Schemathesis made up.
    known
        For path parameters, names of what there is.
    """
    location = ParameterLocation.PATH
    part = case.meta.components.get(location) if case.meta else None
    chance = crc32(repr((case.body, case.query, case.headers, case.path_parameters)).encode())
    if chance % 3 and (part is None or part.mode.is_positive):
        for name in case.path_parameters or {}:
            case.path_parameters[name] = known[name][chance % len(known[name])]
    return case


def run_stories(schema: Any, stories: int = STORIES, anew: Callable[[], object] = lambda: None) -> None:
    """Test sequences of requests, along the links of the document.

    Parameters
    ----------
    schema
        What is tested.
    stories
        How many.
    anew
        Lets the world be as it was, before each.
    """
    machine: Any = schema.as_state_machine()
    machine.setup = lambda _: anew()
    machine.run(settings=settings(SEQUENCES, max_examples=stories))


def lacking_examples(api: Api) -> list[str]:
    """Return what of the requests of an API has no example, or one that does not fit."""
    described = document(api)
    lacking: list[str] = []
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            place = f"{method.upper()} {path}"
            for parameter in operation["parameters"]:
                wanted = parameter["schema"]
                optional = not parameter.get("required") or "default" in wanted
                if not optional and not _exemplary({"example": None, **wanted, **parameter}, described):
                    lacking.append(f"{place}: {parameter['name']}")
            for body in operation.get("requestBody", {}).get("content", {}).values():
                schema = described["components"]["schemas"][body["schema"]["$ref"].rsplit("/", 1)[1]]
                if not _exemplary({"schema": schema, **schema}, described):
                    lacking.append(place)
    return lacking


def _exemplary(part: Mapping[str, Any], described: Mapping[str, Any]) -> bool:
    shown = part["examples"] if "examples" in part else [part.get("example")]
    wanted = {**part["schema"], "components": described["components"]}
    return bool(shown) and all(Draft202012Validator(wanted).is_valid(one) for one in shown)
