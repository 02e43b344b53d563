"""The operator's tool for dead letters, run as a person runs it, and what a story needs to make some."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from e2e.system import System

TOOL_SECONDS = 120


def replay(*arguments: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    """Run the tool on the local stage, with an answer to its question."""
    command = [sys.executable, "-m", "contracts.replay", *arguments, "--stage", "local"]
    return subprocess.run(
        command, input=answer, capture_output=True, text=True, timeout=TOOL_SECONDS, check=False
    )


def replayed(*arguments: str) -> str:
    """Run the tool without a question; return what it said, all having gone well."""
    done = replay(*arguments, "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def denied(system: System, function: str, actions: Sequence[str]) -> Iterator[None]:
    """Take some permissions from a function, such as `posts relay_posts`, for the length of the block."""
    service, name = function.split()
    deployed = f"hidoki-{service}-{system.stage}-{system.urls['region']}-{name}"
    found = system.client("lambda").get_function_configuration(FunctionName=deployed)
    role = found["Role"].rpartition("/")[2]
    statement = {"Effect": "Deny", "Action": list(actions), "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam = system.client("iam")
    iam.put_role_policy(RoleName=role, PolicyName="story", PolicyDocument=policy)
    try:
        yield
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName="story")
