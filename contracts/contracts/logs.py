"""The structured log of a service: one JSON line each, with the trace that it belongs to."""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from contracts.transport import trace


class TracedLines(LambdaPowertoolsFormatter):
    """Writes the trace of the event that is handled; Powertools knows only the invocation's own.

    A line about a batch of several traces has them all in `xray_trace_ids`.
    """

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
