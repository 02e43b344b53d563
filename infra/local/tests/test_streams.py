from pathlib import Path

from infra.local.tests.conftest import Cloud, running
from infra.local.tests.functions import make_function, until

WRITES_DOWN = """
def handler(event, context):
    with open("{seen}", "a") as seen:
        for record in event["Records"]:
            print(record["dynamodb"]["Keys"]["pk"]["S"], file=seen)
"""
SLOW = """
import time
def handler(event, context):
    open("{running}", "w").close()
    time.sleep(4)
"""


def make_table(cloud: Cloud, name: str) -> str:
    made = cloud.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return str(made["TableDescription"]["LatestStreamArn"])


def put(cloud: Cloud, table: str, key: str) -> None:
    cloud.client("dynamodb").put_item(TableName=table, Item={"pk": {"S": key}})


def read(cloud: Cloud, stream: str, function: str) -> str:
    mapping = cloud.client("lambda").create_event_source_mapping(
        EventSourceArn=stream, FunctionName=function, StartingPosition="TRIM_HORIZON"
    )
    return str(mapping["UUID"])


def test_changes_before_and_after_a_restart_are_each_read_once(mends: str, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    seen.touch()
    with running(tmp_path / "cloud", mends) as cloud:
        stream = make_table(cloud, "changes")
        mapping = read(cloud, stream, make_function(cloud, WRITES_DOWN.format(seen=seen)))
        put(cloud, "changes", "read-before")
        assert until(lambda: seen.read_text().split() == ["read-before"])
        cloud.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=False)
        put(cloud, "changes", "written-before")
    with running(tmp_path / "cloud", mends) as cloud:
        put(cloud, "changes", "written-after")
        cloud.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=True)
        expected = ["read-before", "written-before", "written-after"]
        assert until(lambda: seen.read_text().split() == expected, seconds=5)


def test_a_slow_function_on_one_stream_holds_up_no_other(cloud: Cloud, tmp_path: Path) -> None:
    seen, running = tmp_path / "seen", tmp_path / "running"
    seen.touch()
    slow = make_table(cloud, "slow-changes")
    quick = make_table(cloud, "quick-changes")
    read(cloud, quick, make_function(cloud, WRITES_DOWN.format(seen=seen)))
    put(cloud, "quick-changes", "warm")
    assert until(seen.read_text)
    read(cloud, slow, make_function(cloud, SLOW.format(running=running)))
    put(cloud, "slow-changes", "1")
    assert until(running.exists)
    put(cloud, "quick-changes", "meanwhile")
    assert until(lambda: "meanwhile" in seen.read_text(), seconds=2)


def test_changes_of_one_table_are_read_in_order_and_each_once(mended: Cloud, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    seen.touch()
    stream = make_table(mended, "ordered-changes")
    read(mended, stream, make_function(mended, WRITES_DOWN.format(seen=seen)))
    written = [str(number) for number in range(200)]
    for key in written:
        put(mended, "ordered-changes", key)
    assert until(lambda: len(seen.read_text().split()) >= len(written))
    assert seen.read_text().split() == written
