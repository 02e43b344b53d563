"""Small functions to deploy in the tests of the mends."""

import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infra.local.tests.conftest import Cloud

ROLE_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def package(source: str) -> bytes:
    """Zip a module `app`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", source)
    return buffer.getvalue()


def make_function(cloud: "Cloud", source: str, **settings: Any) -> str:
    """Create a function whose handler is `app.handler`; return its name."""
    name = f"test-{uuid.uuid4().hex[:8]}"
    role = cloud.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(ROLE_TRUST))
    cloud.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="app.handler",
        Role=role["Role"]["Arn"],
        Code={"ZipFile": package(source)},
        Timeout=20,
        **settings,
    )
    return name


def invoke(cloud: "Cloud", name: str) -> object:
    """Invoke a function and return its answer; fail if it raised."""
    answer = cloud.client("lambda").invoke(FunctionName=name, Payload=b"{}")
    payload = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, payload
    return payload


def until(condition: Callable[[], Any], seconds: float = 10.0) -> Any:
    """Poll until a condition holds; return what it returned."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found or time.monotonic() > deadline:
            return found
        time.sleep(0.02)
