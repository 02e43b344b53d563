"""A process of the local cloud: started once, watched through its pid file, stopped with all it spawned."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from infra.local.place import HOST, REPOSITORY


class CloudError(Exception):
    """Something the person at the keyboard can mend; the message is the hint."""


@dataclass(frozen=True)
class Daemon:
    """What it takes to run one process and to know that it answers.

    Parameters
    ----------
    name
        Names the log and the pid file.
    command
        Program and arguments.
    port
        The port it listens on, on 127.0.0.1.
    healthy
        Tells whether it answers.
    environment
        Added to the inherited environment.
    fingerprint
        Changes when the process has to be started anew to run what is on disk.
    """

    name: str
    command: Sequence[str]
    port: int
    healthy: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    fingerprint: str = ""


class Supervisor:
    """Starts and stops daemons, remembers them in pid files and touches no other process.

    Parameters
    ----------
    folder
        Holds `run/` (pid files) and `logs/`.
    """

    def __init__(self, folder: Path) -> None:
        self._run = folder / "run"
        self._logs = folder / "logs"

    def start(self, daemon: Daemon, deadline: float = 60.0) -> bool:
        """Make it run and answer; return whether it had to be started."""
        process = self._process(daemon.name)
        if process and self._record(daemon.name).get("fingerprint") != daemon.fingerprint:
            self.stop(daemon.name)
            process = None
        fresh = process is None
        if process is None:
            self.stop(daemon.name)  # workers that a crash left behind
            if port_answers(daemon.port):
                raise CloudError(
                    f"Port {daemon.port} is taken by another program; stop it, "
                    f"or set HIDOKI_PORT_OFFSET to move every port."
                )
            process = self._spawn(daemon)
        self._await_health(daemon, process, time.monotonic() + deadline)
        return fresh

    def stop(self, name: str, grace: float = 30.0) -> bool:
        """Ask it to end, then sweep what it spawned; return whether anything ran."""
        record = self._record(name)
        if not record:
            return False
        process = self._process(name)
        if process:
            # Its workers live on until it has saved its data.
            process.terminate()
            with contextlib.suppress(psutil.TimeoutExpired):
                process.wait(grace)
        swept = _sweep(_members(int(record["pid"]), float(record["started"])))
        self._pid_file(name).unlink(missing_ok=True)
        return process is not None or swept

    def names(self) -> list[str]:
        """Return the names of all daemons with a pid file."""
        return sorted(path.stem for path in self._run.glob("*.json"))

    def running(self, name: str) -> bool:
        """Tell whether the process that was started under this name still runs."""
        return self._process(name) is not None

    def log_file(self, name: str) -> Path:
        """Return the file that takes the output of a daemon."""
        return self._logs / f"{name}.log"

    def _spawn(self, daemon: Daemon) -> psutil.Process:
        self._run.mkdir(parents=True, exist_ok=True)
        self._logs.mkdir(parents=True, exist_ok=True)
        with self.log_file(daemon.name).open("ab") as log:
            # A session of its own: a process group that can be swept, deaf to Ctrl-C in this terminal.
            child = subprocess.Popen(
                daemon.command,
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **daemon.environment},
                start_new_session=True,
            )
        process = psutil.Process(child.pid)
        record = {"pid": child.pid, "started": process.create_time(), "fingerprint": daemon.fingerprint}
        self._pid_file(daemon.name).write_text(json.dumps(record))
        return process

    def _await_health(self, daemon: Daemon, process: psutil.Process, deadline: float) -> None:
        while not daemon.healthy():
            if not _alive(process):
                raise CloudError(f"{daemon.name} ended at start; see {self.log_file(daemon.name)}")
            if time.monotonic() > deadline:
                raise CloudError(f"{daemon.name} does not answer; see {self.log_file(daemon.name)}")
            time.sleep(0.05)

    def _pid_file(self, name: str) -> Path:
        return self._run / f"{name}.json"

    def _record(self, name: str) -> dict[str, str | float]:
        try:
            record: dict[str, str | float] = json.loads(self._pid_file(name).read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return record

    def _process(self, name: str) -> psutil.Process | None:
        record = self._record(name)
        if not record:
            return None
        try:
            process = psutil.Process(int(record["pid"]))
            # A pid may have been given to somebody else since.
            ours = abs(process.create_time() - float(record["started"])) < 1
        except psutil.NoSuchProcess:
            return None
        return process if ours and _alive(process) else None


def port_answers(port: int) -> bool:
    """Tell whether anything listens on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def _alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _members(group: int, started: float) -> list[psutil.Process]:
    """Return the live processes of a group that a daemon led."""
    members = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError, PermissionError):
            if os.getpgid(process.pid) == group and process.create_time() >= started - 1 and _alive(process):
                members.append(process)
    return members


def _sweep(members: list[psutil.Process]) -> bool:
    """End processes, politely first; return whether there were any."""
    for signal_number, patience in ((signal.SIGTERM, 3.0), (signal.SIGKILL, 3.0)):
        for process in members:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal_number)
        _gone, alive = psutil.wait_procs([p for p in members if _alive(p)], patience)
        if not alive:
            break
    return bool(members)
