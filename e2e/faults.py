"""Faults that an operator may see: a process that stands still."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psutil


@contextmanager
def paused(url: str) -> Iterator[None]:
    """Stop the process that listens at a local address, without ending it, for the length of the block."""
    port = urlsplit(url).port
    listening = [
        connection.pid
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid
    ]
    assert listening, f"nothing listens at {url}"
    for process in listening:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in listening:
            os.kill(process, signal.SIGCONT)
