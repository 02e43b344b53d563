"""The floor that latencies are measured against: a bare put → stream → bus → queue → function chain.

The functions make the raw boto3 calls and nothing else: no contracts, no validation, no retries. A chain
of two hops does it twice, as a post does on its way to a socket (posts' table and the timelines' table).
"""

import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from e2e.system import System
from e2e.waiting import eventually

CODE = """
import json, os
import boto3

dynamodb = boto3.client("dynamodb")
events = boto3.client("events")


def relay(event, context):
    entries = [
        {
            "Source": os.environ["SOURCE"],
            "DetailType": "put",
            "Detail": json.dumps({"id": record["dynamodb"]["Keys"]["pk"]["S"]}),
            "EventBusName": os.environ["BUS"],
        }
        for record in event["Records"]
    ]
    events.put_events(Entries=entries)


def consume(event, context):
    for record in event["Records"]:
        key = json.loads(record["body"])["detail"]["id"]
        dynamodb.put_item(TableName=os.environ["NEXT"], Item={"pk": {"S": key}})
"""


@dataclass(frozen=True)
class BareChain:
    """A chain of hops, each from one table to the next.

    Parameters
    ----------
    tables
        One more than there are hops; the first is written to, the last is read.
    """

    dynamodb: Any
    tables: tuple[str, ...]
    remove: tuple[Callable[[], Any], ...]

    def seconds(self, hops: int, pause: float) -> float:
        """Put an item and return how long it takes to come out after a number of hops."""
        key = {"pk": {"S": uuid.uuid4().hex}}
        started = time.perf_counter()
        self.dynamodb.put_item(TableName=self.tables[0], Item=key)
        eventually(
            lambda: self.dynamodb.get_item(TableName=self.tables[hops], Key=key).get("Item"),
            "the item comes out of the bare chain",
            pause=pause,
        )
        return time.perf_counter() - started


def build(system: System, hops: int) -> BareChain:
    """Create a chain; `remove` undoes it, last thing first."""
    builder = _Builder(system, uuid.uuid4().hex[:8])
    return builder.chain(hops)


class _Builder:
    def __init__(self, system: System, key: str) -> None:
        self.key = key
        self.aws = {name: system.client(name) for name in ("dynamodb", "events", "sqs", "lambda", "iam")}
        self.bus = system.called(f"floor-{key}")
        self.remove: list[Callable[[], Any]] = []
        self.role = ""

    def chain(self, hops: int) -> BareChain:
        events = self.aws["events"]
        events.create_event_bus(Name=self.bus)
        self.remove.append(lambda: events.delete_event_bus(Name=self.bus))
        self._role()
        tables = tuple(self._table(number) for number in range(hops + 1))
        for number in range(hops):
            self._hop(number, tables[number], tables[number + 1])
        return BareChain(self.aws["dynamodb"], tables, tuple(reversed(self.remove)))

    def _role(self) -> None:
        iam, name = self.aws["iam"], f"floor-{self.key}"
        trust = _policy({"Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}})
        self.role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        self.remove.append(lambda: iam.delete_role(RoleName=name))
        actions = ["dynamodb:*", "events:PutEvents", "sqs:*"]
        iam.put_role_policy(
            RoleName=name, PolicyName="floor", PolicyDocument=_policy({"Action": actions, "Resource": "*"})
        )
        self.remove.append(lambda: iam.delete_role_policy(RoleName=name, PolicyName="floor"))

    def _table(self, number: int) -> str:
        name, dynamodb = f"floor-{self.key}-{number}", self.aws["dynamodb"]
        dynamodb.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        self.remove.append(lambda: dynamodb.delete_table(TableName=name))
        dynamodb.get_waiter("table_exists").wait(TableName=name)
        return name

    def _hop(self, number: int, table: str, following: str) -> None:
        sqs, events, source = self.aws["sqs"], self.aws["events"], f"floor.{self.key}.{number}"
        url = sqs.create_queue(QueueName=f"floor-{self.key}-{number}")["QueueUrl"]
        self.remove.append(lambda: sqs.delete_queue(QueueUrl=url))
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        bus = {"Action": "sqs:SendMessage", "Resource": arn, "Principal": {"Service": "events.amazonaws.com"}}
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": _policy(bus)})
        rule = f"floor-{number}"
        pattern = json.dumps({"source": [source]})
        events.put_rule(Name=rule, EventBusName=self.bus, EventPattern=pattern)
        events.put_targets(Rule=rule, EventBusName=self.bus, Targets=[{"Id": "queue", "Arn": arn}])
        self.remove.append(lambda: events.delete_rule(Name=rule, EventBusName=self.bus))
        self.remove.append(lambda: events.remove_targets(Rule=rule, EventBusName=self.bus, Ids=["queue"]))
        stream = self.aws["dynamodb"].describe_table(TableName=table)["Table"]["LatestStreamArn"]
        self._function(f"relay-{number}", "relay", stream, {"SOURCE": source, "BUS": self.bus})
        self._function(f"consume-{number}", "consume", arn, {"NEXT": following})

    def _function(self, name: str, handler: str, event_source: str, variables: dict[str, str]) -> None:
        functions, full_name = self.aws["lambda"], f"floor-{self.key}-{name}"
        functions.create_function(
            FunctionName=full_name,
            Runtime="python3.13",
            Role=self.role,
            Handler=f"chain.{handler}",
            Code={"ZipFile": _package()},
            Timeout=10,
            MemorySize=512,
            Environment={"Variables": variables},
        )
        self.remove.append(lambda: functions.delete_function(FunctionName=full_name))
        functions.get_waiter("function_active_v2").wait(FunctionName=full_name)
        start = {"StartingPosition": "TRIM_HORIZON"} if ":dynamodb:" in event_source else {}
        mapping = functions.create_event_source_mapping(
            FunctionName=full_name, EventSourceArn=event_source, BatchSize=10, **start
        )
        self.remove.append(lambda: functions.delete_event_source_mapping(UUID=mapping["UUID"]))


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def _package() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("chain.py", CODE)
    return file.getvalue()
