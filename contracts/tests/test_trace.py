"""A trace goes on from hop to hop: its segments reach the daemon, its id the log lines."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

import pytest
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from contracts.logs import TracedLines
from contracts.transport import trace
from contracts.transport.trace import Span
from xray_daemon import Daemon, listening

ROOT, PARENT = "1-67891233-abcdef012345678912345678", "53995c3f42cd8ad8"
OTHER = "1-67891234-abcdef012345678912345678"
SAMPLED = f"Root={ROOT};Parent={PARENT};Sampled=1"

CHILD = f"""
from contracts.transport import trace
with trace.continued("search", "{SAMPLED}", event="post.published.v1"):
    print(trace.current())
try:
    with trace.continued("search", "{SAMPLED}"):
        raise ValueError("the engine is away")
except ValueError:
    pass
"""


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    with listening() as daemon:
        yield daemon


def test_a_sampled_trace_gets_a_segment_whose_parent_is_the_messages(daemon: Daemon) -> None:
    child = subprocess.run(
        [sys.executable, "-c", CHILD],
        env={**os.environ, "AWS_XRAY_DAEMON_ADDRESS": daemon.address},
        check=True,
        capture_output=True,
        text=True,
    )
    segment, failed = daemon.segment(), daemon.segment()
    assert (segment["name"], segment["trace_id"], segment["parent_id"]) == ("search", ROOT, PARENT)
    assert segment["end_time"] >= segment["start_time"]
    assert segment["annotations"] == {"event": "post.published.v1"}
    assert "fault" not in segment
    assert child.stdout.strip() == f"Root={ROOT};Parent={segment['id']};Sampled=1"
    assert failed["fault"] is True
    assert failed["annotations"] == {"reason": "ValueError: the engine is away"}


@pytest.mark.parametrize(
    "header", [None, "", "nonsense", f"Root={ROOT};Parent={PARENT};Sampled=0", "Sampled=1"]
)
def test_a_trace_that_is_not_sampled_goes_on_as_it_came(header: str | None) -> None:
    span = Span("search", header)
    assert span.header == header
    span.end("nobody hears of it")
    assert not trace.sampled(header)


def test_outside_a_message_the_invocations_own_trace_is_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(trace.TRACE_VARIABLE, f"Root={ROOT}")
    assert trace.current() == f"Root={ROOT}"
    with trace.continued("search", "Root=1-2-3;Sampled=0"):
        assert trace.current() == "Root=1-2-3;Sampled=0"
    assert trace.current() == f"Root={ROOT}"


def test_a_thread_that_gets_the_context_goes_on_with_the_trace() -> None:
    with trace.carrying("Root=1-2-3"), ThreadPoolExecutor(1) as pool:
        assert pool.submit(copy_context().run, trace.current).result() == "Root=1-2-3"


def line(*headers: str | None) -> dict[str, Any]:
    record = logging.LogRecord("hidoki.search", logging.INFO, __file__, 1, "consumed", None, None)
    with trace.carrying(*headers):
        written = TracedLines().format(record)
    return dict(json.loads(written))


def test_a_log_line_names_the_trace_of_the_event_that_is_handled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(trace.TRACE_VARIABLE, f"Root={OTHER};Parent={PARENT};Sampled=0")
    assert line(SAMPLED)["xray_trace_id"] == ROOT
    assert line()["xray_trace_id"] == OTHER
    assert line(None)["xray_trace_id"] == OTHER


def test_a_log_line_about_several_traces_names_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(trace.TRACE_VARIABLE, "Root=1-2-3;Sampled=0")
    told = line(SAMPLED, f"Root={OTHER}", SAMPLED)
    assert told["xray_trace_ids"] == [ROOT, OTHER]
    assert told["xray_trace_id"] == "1-2-3"
    with trace.carrying(SAMPLED, f"Root={OTHER}"):
        assert trace.current() == "Root=1-2-3;Sampled=0"


def test_outside_lambda_a_log_line_names_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(trace.TRACE_VARIABLE, raising=False)
    assert not {"xray_trace_id", "xray_trace_ids"} & line().keys()


@pytest.mark.parametrize(
    ("message", "args", "more"),
    [
        ("served", (), {"route": "GET /v1/posts", "status": 200, "ms": 1.2, "nothing": None}),
        ("%s failed on message %d", ("search", 7), {}),
        ({"told": "whole"}, (), {}),
    ],
)
def test_a_log_line_says_what_powertools_own_would(
    monkeypatch: pytest.MonkeyPatch, message: Any, args: Any, more: dict[str, Any]
) -> None:
    monkeypatch.delenv(trace.TRACE_VARIABLE, raising=False)
    record = logging.LogRecord("hidoki.search", logging.WARNING, __file__, 7, message, args, None, "serve")
    vars(record).update(more)
    ours, theirs = TracedLines(), LambdaPowertoolsFormatter()
    for formatter in (ours, theirs):
        formatter.append_keys(service="hidoki.search", correlation_id="r-1", away=None)
    assert ours.format(record) == theirs.format(record)


def test_a_log_line_about_a_failure_has_its_traceback() -> None:
    failure = ValueError("no")
    told = (ValueError, failure, None)
    record = logging.LogRecord("hidoki.search", logging.ERROR, __file__, 7, "failed", None, told)
    written = json.loads(TracedLines().format(record))
    assert written["exception_name"] == "ValueError"
    assert written["exception"] == "ValueError: no"
