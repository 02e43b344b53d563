"""Our clients of AWS: they do what boto3's do, but for what costs time at every call."""

import json
from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import boto3
import botocore
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ClientError
from contracts.transport.clients import aws_client
from contracts.transport.items import from_attributes

KEY = {"pk": {"S": "a"}}
ITEM: dict[str, Any] = {
    "pk": {"S": "a"},
    "count": {"N": "12"},
    "gone": {"BOOL": False},
    "nothing": {"NULL": True},
    "packed": {"B": b64encode(b"\x00\xff").decode()},
    "inside": {"L": [{"M": {"packed": {"B": b64encode(b"x").decode()}}}]},
    "several": {"BS": [b64encode(b"y").decode()]},
    "names": {"SS": ["a", "b"]},
}


class _Raw(BytesIO):
    def stream(self) -> Iterator[bytes]:
        yield self.read()


class Cloud:
    """Answers every request alike, and keeps what was asked."""

    def __init__(self, status: int, answer: dict[str, Any]) -> None:
        self.status, self.body = status, json.dumps(answer).encode()
        self.asked: list[AWSPreparedRequest] = []

    def answer(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        self.asked.append(request)
        return AWSResponse(request.url, self.status, {}, _Raw(self.body))

    def joined(self, client: Any) -> Any:
        client.meta.events.register("before-send", self.answer)
        return client


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-1")


def test_an_item_is_read_as_through_boto3s_own_client() -> None:
    cloud = Cloud(200, {"Item": ITEM})
    plain = cloud.joined(boto3.client("dynamodb")).get_item(TableName="t", Key=KEY)
    lean = cloud.joined(aws_client("dynamodb")).get_item(TableName="t", Key=KEY)
    assert from_attributes(lean["Item"]) == from_attributes(plain["Item"])
    assert from_attributes(lean["Item"])["packed"] == b"\x00\xff"
    assert lean["ResponseMetadata"] == plain["ResponseMetadata"]


def test_a_page_says_where_the_next_one_starts() -> None:
    cloud = Cloud(200, {"Items": [ITEM], "Count": 1, "LastEvaluatedKey": KEY})
    page = cloud.joined(aws_client("dynamodb")).query(TableName="t")
    assert page["LastEvaluatedKey"] == KEY
    assert [from_attributes(item)["count"] for item in page["Items"]] == [12]


def test_a_refused_read_is_an_error_with_its_code() -> None:
    cloud = Cloud(400, {"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"})
    client = cloud.joined(aws_client("dynamodb"))
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_item(TableName="t", Key=KEY)


def test_a_refused_write_tells_what_is_there() -> None:
    cloud = Cloud(400, {"__type": "x#ConditionalCheckFailedException", "Item": ITEM})
    with pytest.raises(ClientError) as refused:
        cloud.joined(aws_client("dynamodb")).put_item(TableName="t", Item=KEY)
    there: Any = refused.value.response
    assert from_attributes(there["Item"])["packed"] == b"\x00\xff"


def test_what_a_batch_leaves_undone_can_be_sent_again_as_it_was() -> None:
    undone = {"t": [{"PutRequest": {"Item": {"packed": ITEM["packed"]}}}]}
    cloud = Cloud(200, {"UnprocessedItems": undone})
    client = cloud.joined(aws_client("dynamodb"))
    again = client.batch_write_item(RequestItems={"t": []})["UnprocessedItems"]
    client.batch_write_item(RequestItems=again)
    assert json.loads(cloud.asked[1].body) == {"RequestItems": undone}


def test_requests_name_the_library_and_us_without_working_it_out_each_time() -> None:
    cloud = Cloud(200, {})
    cloud.joined(aws_client("dynamodb")).get_item(TableName="t", Key=KEY)
    [asked] = cloud.asked
    ours = f"Boto3/{boto3.__version__} Botocore/{botocore.__version__} hidoki"
    assert asked.headers["User-Agent"].decode().startswith(ours)  # Powertools puts its name behind it


def test_parameters_are_the_services_to_refuse() -> None:
    cloud = Cloud(400, {"__type": "x#ValidationException"})
    with pytest.raises(ClientError, match="ValidationException"):
        cloud.joined(aws_client("dynamodb")).put_item(TableName="t")


def test_options_of_a_client_stand_beside_ours() -> None:
    client = aws_client("dynamodb", endpoint="http://127.0.0.1:9", max_pool_connections=32)
    assert client.meta.config.max_pool_connections == 32
    assert client.meta.endpoint_url == "http://127.0.0.1:9"
