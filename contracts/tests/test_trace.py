"""A sampled trace goes on: its segment reaches the daemon, with the message's root and parent."""

import json
import os
import socket
import subprocess
import sys

import pytest
from contracts.transport import trace

ROOT, PARENT = "1-67891233-abcdef012345678912345678", "53995c3f42cd8ad8"

CHILD = f"""
from contracts.transport import trace
with trace.continued("search", "Root={ROOT};Parent={PARENT};Sampled=1"):
    print(trace.current())
"""


@pytest.fixture
def daemon() -> socket.socket:
    """Stand in for the X-Ray daemon: a UDP socket that hears segments."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.bind(("127.0.0.1", 0))
    listening.settimeout(10)
    return listening


def test_a_sampled_trace_gets_a_segment_whose_parent_is_the_messages(daemon: socket.socket) -> None:
    address = f"127.0.0.1:{daemon.getsockname()[1]}"
    child = subprocess.run(
        [sys.executable, "-c", CHILD],
        env={**os.environ, "AWS_XRAY_DAEMON_ADDRESS": address},
        check=True,
        capture_output=True,
        text=True,
    )
    _, segment = (json.loads(part) for part in daemon.recv(65_536).decode().split("\n", 1))
    assert (segment["name"], segment["trace_id"], segment["parent_id"]) == ("search", ROOT, PARENT)
    assert segment["end_time"] >= segment["start_time"]
    assert child.stdout.strip() == f"Root={ROOT};Parent={segment['id']};Sampled=1"


@pytest.mark.parametrize(
    "header", [None, "", "nonsense", f"Root={ROOT};Parent={PARENT};Sampled=0", "Sampled=1"]
)
def test_a_trace_that_is_not_sampled_costs_no_import(header: str | None) -> None:
    before = "aws_xray_sdk" in sys.modules
    with trace.continued("search", header):
        assert ("aws_xray_sdk" in sys.modules) == before


def test_outside_a_message_the_invocations_own_trace_is_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(trace.TRACE_VARIABLE, f"Root={ROOT}")
    assert trace.current() == f"Root={ROOT}"
    with trace.continued("search", "Root=1-2-3;Sampled=0"):
        assert trace.current() == "Root=1-2-3;Sampled=0"
    assert trace.current() == f"Root={ROOT}"
