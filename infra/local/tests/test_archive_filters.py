import json
import uuid
from datetime import UTC, datetime, timedelta
from functools import partial

from infra.local.place import ACCOUNT, REGION
from infra.local.tests.conftest import Cloud
from infra.local.tests.functions import until
from infra.local.tests.test_rule_dead_letters import arn, make_queue, messages


def test_an_archive_is_replayed_to_the_rules_that_are_named_and_to_no_other(cloud: Cloud) -> None:
    bus = f"bus-{uuid.uuid4().hex[:8]}"
    events = cloud.client("events")
    bus_arn = events.create_event_bus(Name=bus)["EventBusArn"]
    archive = events.create_archive(ArchiveName=bus, EventSourceArn=bus_arn)["ArchiveArn"]
    queues = {}
    for name in (f"{bus}-one", f"{bus}-other"):
        rule = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{bus}/{name}"
        queues[rule] = make_queue(cloud, name, rule)
        events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps({"source": ["test"]}))
        events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "1", "Arn": arn(name)}])
    one, other = queues
    events.put_events(
        Entries=[{"Source": "test", "DetailType": "seen", "Detail": '{"n": 1}', "EventBusName": bus}]
    )
    for queue in queues.values():
        [heard] = until(partial(messages, cloud, queue))
        cloud.client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=heard["ReceiptHandle"])

    now = datetime.now(UTC)
    events.start_replay(
        ReplayName=bus,
        EventSourceArn=archive,
        EventStartTime=now - timedelta(hours=1),
        EventEndTime=now + timedelta(hours=1),
        Destination={"Arn": bus_arn, "FilterArns": [one]},
    )
    assert until(lambda: events.describe_replay(ReplayName=bus)["State"] == "COMPLETED")
    assert len(until(lambda: messages(cloud, queues[one]))) == 1
    assert messages(cloud, queues[other]) == []
