"""The structured log of a service: one JSON line each, with the trace that it belongs to."""

import json
import logging
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import RESERVED_LOG_ATTRS, LambdaPowertoolsFormatter

from contracts.transport import trace

logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
"""What no line of ours says, so that no record has to find it out."""

_RESERVED = frozenset(RESERVED_LOG_ATTRS)


class TracedLines(LambdaPowertoolsFormatter):
    """Writes the trace of the event that is handled; Powertools knows only the invocation's own.

    A line about a batch of several traces has them all in `xray_trace_ids`.
    """

    def __init__(self) -> None:
        # Powertools would make an encoder a line, and look whether each message is a JSON document.
        encoder = json.JSONEncoder(default=str, separators=(",", ":"), ensure_ascii=False)
        super().__init__(json_serializer=encoder.encode, json_deserializer=str)

    def format(self, record: logging.LogRecord) -> str:
        """Return one line; of what failed Powertools tells, who looks for that in every record."""
        if record.exc_info or record.stack_info or isinstance(record.msg, dict):
            return super().format(record)
        line = {
            **self.log_format,
            "level": record.levelname,
            "location": f"{record.funcName}:{record.lineno}",
            "message": record.getMessage(),
            "timestamp": self.formatTime(record),
        }
        line.update(item for item in record.__dict__.items() if item[0] not in _RESERVED)
        line["xray_trace_id"] = self._get_latest_trace_id()
        return self.serialize({key: value for key, value in line.items() if value is not None})

    def serialize(self, log: Any) -> str:
        """Return one line."""
        ids = trace.ids()
        if len(ids) == 1:
            log["xray_trace_id"] = ids[0]
        elif ids:
            log["xray_trace_ids"] = ids
        return super().serialize(log)


@cache
def service_logger(service: str) -> Logger:
    """Return the structured logger of a service, the same one each time.

    Modules get it by `logging.getLogger("hidoki.<service>")`. Powertools calls its logger what it calls the
    service; Chalice's own has the app's name and a handler of its own, so a shared name would log twice.
    """
    return Logger(service=f"hidoki.{service}", logger_formatter=TracedLines())
