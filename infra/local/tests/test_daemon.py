import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from infra.local.daemon import CloudError, Daemon, Supervisor, port_answers
from infra.local.place import HOST
from infra.local.tests.conftest import free_port
from infra.local.tests.functions import until

SERVER = """
import http.server, subprocess, sys
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(sys.argv[2], "w").write(str(worker.pid))
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.BaseHTTPRequestHandler).serve_forever()
"""


@pytest.fixture
def worker_pid(tmp_path: Path) -> Path:
    return tmp_path / "worker.pid"


@pytest.fixture
def daemon(worker_pid: Path) -> Daemon:
    port = free_port()
    return Daemon(
        name="server",
        command=[sys.executable, "-c", SERVER, str(port), str(worker_pid)],
        port=port,
        healthy=lambda: port_answers(port),
        fingerprint="1",
    )


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    supervisor = Supervisor(tmp_path)
    yield supervisor
    supervisor.stop("server")


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_starting_twice_starts_once(supervisor: Supervisor, daemon: Daemon) -> None:
    assert supervisor.start(daemon)
    assert not supervisor.start(daemon)


def test_a_changed_fingerprint_starts_it_anew(supervisor: Supervisor, daemon: Daemon) -> None:
    supervisor.start(daemon)
    newer = Daemon(daemon.name, daemon.command, daemon.port, daemon.healthy, fingerprint="2")
    assert supervisor.start(newer)


def test_stopping_leaves_no_process_and_no_port(
    supervisor: Supervisor, daemon: Daemon, worker_pid: Path
) -> None:
    supervisor.start(daemon)
    worker = int(worker_pid.read_text())
    assert supervisor.stop("server")
    assert gone(worker)
    assert not port_answers(daemon.port)
    assert supervisor.names() == []


def test_workers_of_a_crashed_process_are_swept(
    supervisor: Supervisor, daemon: Daemon, worker_pid: Path
) -> None:
    supervisor.start(daemon)
    worker = int(worker_pid.read_text())
    leader = psutil.Process(worker).parent()
    assert leader is not None
    leader.kill()
    assert until(lambda: not supervisor.running("server"))
    supervisor.stop("server")
    assert until(lambda: gone(worker))


def test_stopping_what_does_not_run_is_no_error(supervisor: Supervisor) -> None:
    assert not supervisor.stop("server")


def test_a_port_of_somebody_else_is_an_error_that_says_so(supervisor: Supervisor, daemon: Daemon) -> None:
    with socket.create_server((HOST, daemon.port)):
        with pytest.raises(CloudError, match=f"Port {daemon.port} is taken"):
            supervisor.start(daemon)
        assert port_answers(daemon.port)


def test_a_pid_that_was_given_to_somebody_else_is_left_alone(
    supervisor: Supervisor, daemon: Daemon, tmp_path: Path
) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], env=os.environ) as stranger:
        (tmp_path / "run").mkdir()
        (tmp_path / "run/server.json").write_text(f'{{"pid": {stranger.pid}, "started": 1.0}}')
        assert not supervisor.running("server")
        supervisor.stop("server")
        assert stranger.poll() is None
        stranger.kill()


def test_a_process_that_ends_at_start_points_to_its_log(supervisor: Supervisor, daemon: Daemon) -> None:
    broken = Daemon("server", [sys.executable, "-c", "raise SystemExit('why')"], daemon.port, lambda: False)
    with pytest.raises(CloudError, match=r"server\.log"):
        supervisor.start(broken)
    assert "why" in supervisor.log_file("server").read_text()
