"""Tables, a bus, queues and a bucket of the bench's own on the running cloud, shaped like the deployed ones.

No function listens to them: the bench itself hands records and messages on, one at a time, so that what it
counts is the same on every machine.
"""

import json
import secrets
import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from contracts.events.consumers import CONSUMERS

from infra.local.cloud import search_engine
from infra.local.daemon import Supervisor
from infra.local.place import HOST, Place


@dataclass(frozen=True)
class Arena:
    """What the services run on.

    Parameters
    ----------
    variables
        The stage's variables, with the bench's own tables, bus, queues, bucket and engine in them.
    """

    variables: Mapping[str, str]

    @property
    def tables(self) -> dict[str, str]:
        """The name of each table, by what the services call it."""
        return _tables(self.variables)


@contextmanager
def arena(deployed: Mapping[str, str]) -> Iterator[Arena]:
    """Make everything, and remove it at the end.

    Parameters
    ----------
    deployed
        The variables of the running stage.
    """
    with ExitStack() as cleaning:
        builder = _Builder(f"bench-{secrets.token_hex(4)}", deployed, cleaning.callback)
        own = {"PUSH_SINK_URL": "", "SEARCH_ENDPOINT": _engine(cleaning)}
        own |= builder.tables() | builder.bus() | builder.bucket()
        yield Arena({**deployed, **own})


class _Builder:
    def __init__(self, key: str, deployed: Mapping[str, str], undo: Callable[..., Any]) -> None:
        self.key, self.deployed, self.undo = key, deployed, undo

    def tables(self) -> dict[str, str]:
        """Make a table like each deployed one."""
        dynamodb = boto3.client("dynamodb")
        made: dict[str, str] = {}
        for name, model in _tables(self.deployed).items():
            there = dynamodb.describe_table(TableName=model)["Table"]
            indexes = [
                {key: index[key] for key in ("IndexName", "KeySchema", "Projection")}
                for index in there.get("GlobalSecondaryIndexes", ())
            ]
            table = dynamodb.create_table(
                TableName=f"{self.key}-{name}",
                KeySchema=there["KeySchema"],
                AttributeDefinitions=there["AttributeDefinitions"],
                BillingMode="PAY_PER_REQUEST",
                StreamSpecification=there["StreamSpecification"],
                **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
            )["TableDescription"]
            self.undo(dynamodb.delete_table, TableName=table["TableName"])
            variable = name.upper()
            made |= {f"TABLE_{variable}": table["TableName"], f"STREAM_{variable}": table["LatestStreamArn"]}
        return made

    def bus(self) -> dict[str, str]:
        """Make the bus with the rule and the queue of every consumer, and the DLQs that must stay empty."""
        events = boto3.client("events")
        events.create_event_bus(Name=self.key)
        self.undo(events.delete_event_bus, Name=self.key)
        made = {"BUS": self.key}
        for consumer, listens in CONSUMERS.items():
            url, arn = self._queue(consumer)
            rule = {"Name": f"{self.key}-{consumer}", "EventBusName": self.key}
            events.put_rule(**rule, EventPattern=json.dumps(listens.pattern()))
            self.undo(events.delete_rule, **rule)
            target = {"Rule": rule["Name"], "EventBusName": self.key}
            events.put_targets(**target, Targets=[{"Id": "queue", "Arn": arn}])
            self.undo(events.remove_targets, **target, Ids=["queue"])
            variable = consumer.upper().replace("-", "_")
            made |= {
                f"QUEUE_{variable}": url.rpartition("/")[2],
                f"QUEUE_{variable}_URL": url,
                f"QUEUE_{variable}_ARN": arn,
            }
        parked, _ = self._queue("parked")
        for name in self.deployed:
            if name.endswith("_URL") and name.startswith(("DLQ_", "RELAY_DLQ_")):
                made[name] = parked
        return made

    def bucket(self) -> dict[str, str]:
        """Make the bucket of uploads and renditions."""
        s3 = boto3.client("s3")
        s3.create_bucket(
            Bucket=self.key, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name}
        )
        self.undo(self._empty_bucket)
        return {"MEDIA_BUCKET": self.key}

    def _empty_bucket(self) -> None:
        bucket = boto3.resource("s3").Bucket(self.key)
        bucket.objects.delete()
        bucket.delete()

    def _queue(self, name: str) -> tuple[str, str]:
        sqs = boto3.client("sqs")
        url = sqs.create_queue(QueueName=f"{self.key}-{name}")["QueueUrl"]
        self.undo(sqs.delete_queue, QueueUrl=url)
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        bus = {"Service": "events.amazonaws.com"}
        allowed = {"Effect": "Allow", "Principal": bus, "Action": "sqs:SendMessage", "Resource": arn}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        return url, arn


def _engine(cleaning: ExitStack) -> str:
    """Start a search engine of the bench's own: what it indexes is nobody's to find."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        place = Place(probe.getsockname()[1] - Place().search_port)
    supervisor = Supervisor(Path(cleaning.enter_context(tempfile.TemporaryDirectory())))
    supervisor.start(search_engine(place))
    cleaning.callback(supervisor.stop, "search")
    return place.search_endpoint


def _tables(variables: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix("TABLE_").lower(): value
        for name, value in variables.items()
        if name.startswith("TABLE_") and not name.endswith("_ARN")
    }
