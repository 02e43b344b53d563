"""A consumer's own queue in memory, in the place of the one on SQS."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from contracts.transport import own_queue
from example_reliance import Calls, Noted


@dataclass
class MemoryOwnQueue:
    """The work that waits, with how long each piece still hides."""

    waiting: list[tuple[str, Mapping[str, Any], int]] = field(default_factory=list)

    def send(self, kind: str, detail: Mapping[str, Any], *, delay_seconds: int = 0) -> None:
        self.waiting.append((kind, detail, delay_seconds))


def note_own_queues(monkeypatch: pytest.MonkeyPatch, calls: Calls, consumer: str) -> None:
    """Let an erasure consumer, when it is next made, send to a queue in memory, and note it."""
    monkeypatch.setenv(f"QUEUE_{consumer.upper().replace('-', '_')}_URL", "queue")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-1")
    monkeypatch.setattr(own_queue, "SqsOwnQueue", lambda _sqs, _url: Noted(MemoryOwnQueue(), calls))
