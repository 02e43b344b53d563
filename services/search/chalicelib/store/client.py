"""The connection to the engine: quick to give up, so that a function lives to say so."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.model import EngineUnavailable

ANSWER_SECONDS = 1.5
"""For connecting and answering together. A bulk of ten and a page of hits take milliseconds."""


def connect(endpoint: str) -> Any:
    """Return a client of the engine at `endpoint`.

    A domain on AWS (https) gets requests signed as the function's role; the local engine is plain http.
    The library costs more to import than the rest of the service, so only those who ask import it.
    """
    from opensearchpy import OpenSearch, Urllib3AWSV4SignerAuth, Urllib3HttpConnection
    from urllib3 import Timeout

    from chalicelib.store.serializer import Json

    secure = endpoint.startswith("https://")
    auth = None
    if secure:
        import boto3

        session = boto3.Session()
        auth = Urllib3AWSV4SignerAuth(session.get_credentials(), session.region_name, "es")
    return OpenSearch(
        endpoint,
        connection_class=Urllib3HttpConnection,
        http_auth=auth,
        serializer=Json(),
        timeout=Timeout(total=ANSWER_SECONDS),
        # Queues and people try again; a client that does would use up the function's time.
        max_retries=0,
        retry_on_timeout=False,
    )


@contextmanager
def answering() -> Iterator[None]:
    """Tell an engine that can't answer now from a request that it refuses."""
    try:
        yield
    except Exception as failure:
        if reason := _passing(failure):
            raise EngineUnavailable(reason) from failure
        raise


def _passing(failure: Exception) -> str | None:
    """Return what keeps the engine from answering now; None if it refuses what it was asked."""
    from opensearchpy.exceptions import ConnectionError as NoConnection
    from opensearchpy.exceptions import TransportError

    if isinstance(failure, NoConnection):
        return f"{type(failure).__name__}: {failure.info}"
    if isinstance(failure, TransportError) and is_passing(int(failure.status_code)):
        return f"{failure.status_code} {failure.error}"
    return None


def is_passing(status: int) -> bool:
    """Tell whether an answer of this status may be another one later."""
    return status == 429 or status >= 500
