import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from infra.local.place import REGION
from infra.local.tests.conftest import Cloud
from infra.local.tests.functions import make_function, until
from infra.local.tests.test_streams import make_table, put

RAISES_ON_POISON = """
def handler(event, context):
    keys = [record["dynamodb"]["Keys"]["pk"]["S"] for record in event["Records"]]
    with open("{seen}", "a") as seen:
        print(*keys, sep=",", file=seen)
    if "poison" in keys:
        raise ValueError("poison")
"""
REPORTS_POISON = """
def handler(event, context):
    records = [record["dynamodb"] for record in event["Records"]]
    with open("{seen}", "a") as seen:
        print(*(record["Keys"]["pk"]["S"] for record in records), sep=",", file=seen)
    failed = [one["SequenceNumber"] for one in records if one["Keys"]["pk"]["S"] == "poison"]
    return {{"batchItemFailures": [{{"itemIdentifier": number}} for number in failed]}}
"""


class Reader:
    """A table, a function that reads its stream, and the bucket of what it gives up on."""

    def __init__(self, cloud: Cloud, source: str, seen: Path, **options: Any) -> None:
        self._s3, self.cloud, self._seen = cloud.client("s3"), cloud, seen
        self.name = f"failures-{uuid.uuid4().hex[:8]}"
        seen.touch()
        self._s3.create_bucket(Bucket=self.name, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.stream = make_table(cloud, self.name)
        for key in ("a", "poison", "b"):
            put(cloud, self.name, key)
        function = make_function(cloud, source.format(seen=seen))
        self.mapping = cloud.client("lambda").create_event_source_mapping(
            EventSourceArn=self.stream,
            FunctionName=function,
            StartingPosition="TRIM_HORIZON",
            DestinationConfig={"OnFailure": {"Destination": f"arn:aws:s3:::{self.name}"}},
            **options,
        )["UUID"]

    def batches(self) -> list[str]:
        return self._seen.read_text().split()

    def kept(self) -> list[dict[str, Any]]:
        found = self._s3.list_objects_v2(Bucket=self.name, Prefix=f"aws/lambda/{self.mapping}/")
        return [
            json.loads(self._s3.get_object(Bucket=self.name, Key=one["Key"])["Body"].read())
            for one in found.get("Contents", [])
        ]


def keys(kept: dict[str, Any]) -> list[str]:
    return [record["dynamodb"]["Keys"]["pk"]["S"] for record in json.loads(kept["payload"])["Records"]]


def test_a_batch_that_raises_to_the_last_is_halved_and_its_rest_lies_whole_in_the_bucket(
    cloud: Cloud, tmp_path: Path
) -> None:
    reader = Reader(
        cloud, RAISES_ON_POISON, tmp_path / "seen", MaximumRetryAttempts=1, BisectBatchOnFunctionError=True
    )
    [kept] = until(reader.kept)
    assert kept["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert kept["DDBStreamBatchInfo"]["streamArn"] == reader.stream
    assert keys(kept) == ["poison"]
    assert until(lambda: reader.batches()[-1:] == ["b"])
    assert len(reader.kept()) == 1


def test_what_a_function_reports_is_retried_from_there_and_then_lies_whole_in_the_bucket(
    cloud: Cloud, tmp_path: Path
) -> None:
    reader = Reader(
        cloud,
        REPORTS_POISON,
        tmp_path / "seen",
        MaximumRetryAttempts=2,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    [kept] = until(reader.kept)
    assert keys(kept) == ["poison", "b"]
    assert reader.batches() == ["a,poison,b"] + 2 * ["poison,b"]
    put(cloud, reader.name, "later")
    assert until(lambda: reader.batches()[-1] == "later"), "the stream goes on"


@pytest.mark.parametrize("failing", [RAISES_ON_POISON, REPORTS_POISON])
def test_without_a_limit_a_batch_is_retried_and_nothing_is_given_up(
    mended: Cloud, tmp_path: Path, failing: str
) -> None:
    reader = Reader(mended, failing, tmp_path / "seen", FunctionResponseTypes=["ReportBatchItemFailures"])
    assert until(lambda: len(reader.batches()) >= 4)
    assert not reader.kept()
    assert "b" not in reader.batches()
