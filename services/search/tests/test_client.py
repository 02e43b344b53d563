"""The client of the engine: gives up soon, signs on AWS only, and is loaded when first needed."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from chalicelib.model import EngineUnavailable, Entry
from chalicelib.store.client import ANSWER_SECONDS, connect
from chalicelib.store.engine import Engine
from chalicelib.store.serializer import Json
from hypothesis import given
from hypothesis import strategies as st
from opensearchpy import JSONSerializer


@pytest.fixture
def paused() -> Iterator[str]:
    """Listen as a paused process does: connections are taken, nothing is answered."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def absent() -> str:
    """Return an endpoint where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


ENTRY = Entry("posts", "a", 1, {"deleted": True, "deleted_at": "2026-11-24T12:00:00Z"})


def test_a_paused_engine_is_given_up_within_its_time_and_once_only(paused: str) -> None:
    started = time.monotonic()
    with pytest.raises(EngineUnavailable) as failure:
        Engine(paused).write([ENTRY])
    assert ANSWER_SECONDS <= time.monotonic() - started < 2 * ANSWER_SECONDS
    assert failure.value.reason.startswith("ConnectionTimeout")
    assert "127.0.0.1" not in str(failure.value)


def test_an_engine_that_is_not_there_is_unavailable_at_once(absent: str) -> None:
    started = time.monotonic()
    with pytest.raises(EngineUnavailable, match="Try again"):
        Engine(absent).find("posts", "x", None, 1)
    assert time.monotonic() - started < ANSWER_SECONDS


def test_a_domain_on_aws_gets_signed_requests_over_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    (connection,) = connect(
        "https://search-x.ap-northeast-1.es.amazonaws.com"
    ).transport.connection_pool.connections
    assert (connection.use_ssl, connection.port) == (True, 443)
    signed = connection.http_auth(
        "POST", "https://search-x.ap-northeast-1.es.amazonaws.com/posts/_search", b"{}"
    )
    assert "/ap-northeast-1/es/aws4_request" in signed["Authorization"]


def test_the_local_engine_gets_plain_requests() -> None:
    (connection,) = connect("http://127.0.0.1:9200").transport.connection_pool.connections
    assert (connection.use_ssl, connection.port, connection.http_auth) == (False, 9200, None)


def test_the_library_is_loaded_only_when_the_engine_is_asked() -> None:
    code = "import sys, app; sys.exit('opensearchpy' in sys.modules or 'boto3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES.filter(lambda value: not isinstance(value, str)))
def test_the_engine_gets_the_json_that_opensearch_py_writes(value: object) -> None:
    written = Json().dumps(value)
    assert json.loads(written) == value
    assert written == JSONSerializer().dumps(value)
    assert Json().loads(written) == value


def test_what_is_text_already_goes_as_it_is() -> None:
    assert Json().dumps('{"size": 1}\n') == '{"size": 1}\n'
