"""DynamoDB as this service uses it: batches that end whole, queries that are read to their end."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import batched
from typing import Any

from contracts.transport.clients import aws_client
from contracts.transport.items import Item, from_attributes, to_attributes

READS_PER_REQUEST = 100
"""BatchGetItem takes no more keys."""

WRITES_PER_REQUEST = 25
"""BatchWriteItem takes no more requests."""

REQUESTS_AT_ONCE = 8
ATTEMPTS = 6
PAUSE_SECONDS = 0.05


class Busy(Exception):
    """DynamoDB left part of a batch undone however often it was asked."""


@cache
def dynamodb() -> Any:
    """Return the client, made once per process."""
    return aws_client("dynamodb", max_pool_connections=4 * REQUESTS_AT_ONCE)


def table() -> str:
    """Return the table's name."""
    return os.environ["TABLE_CONNECTIONS"]


def read_all(keys: Iterable[Mapping[str, Any]]) -> Iterator[Item]:
    """Return the items of different keys, as they are now; those that are not there are left out."""
    requests = list(batched(keys, READS_PER_REQUEST))
    for items in _side_by_side(_read, requests):
        yield from map(from_attributes, items)


def write_all(requests: Iterable[Mapping[str, Any]]) -> None:
    """Do writes of BatchWriteItem's form, unconditionally."""
    for _ in _side_by_side(_write, list(batched(requests, WRITES_PER_REQUEST))):
        pass


def query(**parameters: Any) -> Iterator[Item]:
    """Return every item that a query finds."""
    pages = dynamodb().get_paginator("query").paginate(TableName=table(), **parameters)
    for page in pages:
        yield from map(from_attributes, page["Items"])


def put_request(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return a put of BatchWriteItem's form."""
    return {"PutRequest": {"Item": to_attributes(item)}}


def _side_by_side[R, A](do: Callable[[R], A], requests: Sequence[R]) -> Iterable[A]:
    if len(requests) < 2:
        return map(do, requests)
    with ThreadPoolExecutor(min(REQUESTS_AT_ONCE, len(requests))) as pool:
        return list(pool.map(do, requests))


def _read(keys: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    items: list[Mapping[str, Any]] = []
    left: Any = {table(): {"Keys": list(keys), "ConsistentRead": True}}
    for pause in _pauses():
        answer = dynamodb().batch_get_item(RequestItems=left)
        items += answer["Responses"].get(table(), [])
        left = answer.get("UnprocessedKeys")
        if not left:
            return items
        time.sleep(pause)
    raise Busy("some rows could not be read")


def _write(requests: Sequence[Mapping[str, Any]]) -> None:
    left: Any = {table(): list(requests)}
    for pause in _pauses():
        left = dynamodb().batch_write_item(RequestItems=left).get("UnprocessedItems")
        if not left:
            return
        time.sleep(pause)
    raise Busy("some rows could not be written")


def _pauses() -> Iterator[float]:
    return (PAUSE_SECONDS * 2**attempt for attempt in range(ATTEMPTS))
