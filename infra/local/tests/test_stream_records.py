from pathlib import Path

from infra.local.tests.conftest import Cloud, running
from infra.local.tests.functions import make_function, until

WRITES_DOWN = """
def handler(event, context):
    with open("{seen}", "a") as seen:
        for record in event["Records"]:
            print(record["dynamodb"]["Keys"]["pk"]["S"], file=seen)
"""
TABLE = "changes"


def make_table(cloud: Cloud) -> str:
    made = cloud.client("dynamodb").create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return str(made["TableDescription"]["LatestStreamArn"])


def put(cloud: Cloud, key: str) -> None:
    cloud.client("dynamodb").put_item(TableName=TABLE, Item={"pk": {"S": key}})


def test_changes_before_and_after_a_restart_are_each_read_once(mends: str, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    seen.touch()
    with running(tmp_path / "cloud", mends) as cloud:
        stream = make_table(cloud)
        name = make_function(cloud, WRITES_DOWN.format(seen=seen))
        mapping = cloud.client("lambda").create_event_source_mapping(
            EventSourceArn=stream, FunctionName=name, StartingPosition="TRIM_HORIZON"
        )
        put(cloud, "read-before")
        assert until(lambda: seen.read_text().split() == ["read-before"])
        cloud.client("lambda").update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
        put(cloud, "written-before")
    with running(tmp_path / "cloud", mends) as cloud:
        put(cloud, "written-after")
        cloud.client("lambda").update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
        expected = ["read-before", "written-before", "written-after"]
        assert until(lambda: seen.read_text().split() == expected, seconds=5)
