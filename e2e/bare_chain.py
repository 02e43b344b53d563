"""The floor that latencies are measured against: a bare put → stream → bus → queue → function chain.

The functions make the raw boto3 calls and nothing else: no contracts, no validation, no retries. A chain
of two hops does it twice, as a post does on its way to a socket (posts' table and the timelines' table).
It is written to and looked at as posts are, by a person who is signed in, through a gateway and a function:
looking costs the machine something too.
"""

import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from e2e.system import System
from e2e.waiting import eventually

CODE = """
import json, os
import boto3

dynamodb = boto3.client("dynamodb")
events = boto3.client("events")


def write(event, context):
    dynamodb.put_item(TableName=os.environ["TABLE"], Item={"pk": {"S": event["pathParameters"]["key"]}})
    return {"statusCode": 201, "body": "{}"}


def read(event, context):
    path = event["pathParameters"]
    table = os.environ["TABLE"][:-1] + path["hops"]
    item = dynamodb.get_item(TableName=table, Key={"pk": {"S": path["key"]}}).get("Item")
    return {"statusCode": 200 if item else 404, "body": "{}"}


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
    hops
        How many there are.
    http
        A client of the chain's API.
    remove
        What undoes the chain, last thing first.
    """

    hops: int
    http: httpx.Client
    remove: tuple[Callable[[], Any], ...]

    def seconds(self, hops: int, token: str, pause: float) -> float:
        """Put an item and return how long it takes to come out after a number of hops, looked for at a pause.

        Returns when it is through the whole chain.
        """
        key, signed_in = uuid.uuid4().hex, {"Authorization": token}

        def out(hops: int) -> bool:
            return self.http.get(f"/{key}/{hops}", headers=signed_in).status_code == 200

        started = time.perf_counter()
        assert self.http.post(f"/{key}", headers=signed_in).status_code == 201
        eventually(lambda: out(hops), "the item comes out of the bare chain", pause=pause)
        taken = time.perf_counter() - started
        eventually(lambda: out(self.hops), "the item is through the bare chain")
        return taken


def build(system: System, hops: int) -> BareChain:
    """Create a chain; `remove` undoes it, last thing first."""
    builder = _Builder(system, uuid.uuid4().hex[:8])
    return builder.chain(hops)


CLIENTS = ("dynamodb", "events", "sqs", "lambda", "iam", "apigateway", "logs")
SCOPES = ["aws.cognito.signin.user.admin"]


class _Builder:
    def __init__(self, system: System, key: str) -> None:
        self.system, self.key = system, key
        self.aws = {name: system.client(name) for name in CLIENTS}
        self.bus = system.called(f"floor-{key}")
        self.remove: list[Callable[[], Any]] = []
        self.role = ""

    def chain(self, hops: int) -> BareChain:
        events = self.aws["events"]
        events.create_event_bus(Name=self.bus)
        self.remove.append(lambda: events.delete_event_bus(Name=self.bus))
        self._role()
        tables = [self._table(number) for number in range(hops + 1)]
        for number in range(hops):
            self._relay(number, tables[number])
            self._consumer(str(number), self._source(number), tables[number + 1])
        return BareChain(hops, httpx.Client(base_url=self._api(tables[0])), tuple(reversed(self.remove)))

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

    def _source(self, number: int) -> str:
        return f"floor.{self.key}.{number}"

    def _relay(self, number: int, table: str) -> None:
        stream = self.aws["dynamodb"].describe_table(TableName=table)["Table"]["LatestStreamArn"]
        variables = {"SOURCE": self._source(number), "BUS": self.bus}
        self._map(self._function(f"relay-{number}", "relay", variables), stream)

    def _consumer(self, name: str, source: str, table: str) -> None:
        sqs, events = self.aws["sqs"], self.aws["events"]
        url = sqs.create_queue(QueueName=f"floor-{self.key}-{name}")["QueueUrl"]
        self.remove.append(lambda: sqs.delete_queue(QueueUrl=url))
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        bus = {"Action": "sqs:SendMessage", "Resource": arn, "Principal": {"Service": "events.amazonaws.com"}}
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": _policy(bus)})
        rule = f"floor-{name}"
        pattern = json.dumps({"source": [source]})
        events.put_rule(Name=rule, EventBusName=self.bus, EventPattern=pattern)
        events.put_targets(Rule=rule, EventBusName=self.bus, Targets=[{"Id": "queue", "Arn": arn}])
        self.remove.append(lambda: events.delete_rule(Name=rule, EventBusName=self.bus))
        self.remove.append(lambda: events.remove_targets(Rule=rule, EventBusName=self.bus, Ids=["queue"]))
        self._map(self._function(f"consume-{name}", "consume", {"NEXT": table}), arn)

    def _api(self, table: str) -> str:
        gateway = self.aws["apigateway"]
        write, read = (self._function(name, name, {"TABLE": table}) for name in ("write", "read"))
        region = gateway.meta.region_name
        prefix = f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions"

        def proxy(function: str) -> dict[str, Any]:
            name = self.aws["lambda"].get_function(FunctionName=function)["Configuration"]["FunctionArn"]
            uri = f"{prefix}/{name}/invocations"
            integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": uri}
            return {"x-amazon-apigateway-integration": integration, "security": [{"people": SCOPES}]}

        paths = {"/{key}": {"post": proxy(write)}, "/{key}/{hops}": {"get": proxy(read)}}
        document = {
            "swagger": "2.0",
            "info": {"title": self.bus, "version": "1"},
            "paths": paths,
            "securityDefinitions": {"people": self._people()},
        }
        made = gateway.import_rest_api(body=json.dumps(document))["id"]
        self.remove.append(lambda: gateway.delete_rest_api(restApiId=made))
        gateway.create_deployment(restApiId=made, stageName="floor")
        return f"{gateway.meta.endpoint_url}/restapis/{made}/floor/_user_request_"

    def _people(self) -> dict[str, Any]:
        pool = self.system.urls["userPoolId"]
        described = self.system.client("cognito-idp").describe_user_pool(UserPoolId=pool)["UserPool"]
        authorizer = {"type": "cognito_user_pools", "providerARNs": [described["Arn"]]}
        return {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "cognito_user_pools",
            "x-amazon-apigateway-authorizer": authorizer,
        }

    def _function(self, name: str, handler: str, variables: dict[str, str]) -> str:
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
        logs = self.aws["logs"]
        self.remove.insert(0, lambda: logs.delete_log_group(logGroupName=f"/aws/lambda/{full_name}"))
        return full_name

    def _map(self, function: str, event_source: str) -> None:
        functions = self.aws["lambda"]
        start = {"StartingPosition": "TRIM_HORIZON"} if ":dynamodb:" in event_source else {}
        mapping = functions.create_event_source_mapping(
            FunctionName=function, EventSourceArn=event_source, BatchSize=10, **start
        )
        self.remove.append(lambda: functions.delete_event_source_mapping(UUID=mapping["UUID"]))


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def _package() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("chain.py", CODE)
    return file.getvalue()
