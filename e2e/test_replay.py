"""A dead letter of every kind is seen, sent back and applied once; the archive rebuilds one read model."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import Any

import pytest

from e2e.conftest import SignUp
from e2e.people import Person
from e2e.photos import photo_with_gps
from e2e.queues import Queue
from e2e.replays import denied, replay, replayed
from e2e.system import System
from e2e.waiting import eventually

RETRIES_SECONDS = 60.0
"""Lambda tries an asynchronous invocation three times."""


@pytest.fixture(autouse=True)
def clean(system: System) -> Iterator[None]:
    assert system.stage == "local", "these stories break things on purpose: never do it to people"
    dlqs = [Queue.of(system, name) for name in ("search-dlq", "search-rule-dlq", "posts-relay-dlq")]
    for dlq in dlqs:
        dlq.purge()
    yield
    for dlq in dlqs:
        dlq.purge()


def found_once(person: Person, word: str, post_id: str) -> bool:
    person.finds(word, post_id)
    items = person.get("/search/v1/search/posts", q=word)["items"]
    return [item["post"]["id"] for item in items].count(post_id) == 1


def item_key(system: System, person: Person, word: str) -> dict[str, Any]:
    """Return the key of the one post of a person that has a word."""
    answer = system.client("dynamodb").query(
        TableName=system.called("posts"),
        KeyConditionExpression="pk = :author",
        ExpressionAttributeValues={":author": {"S": person.id}},
    )
    [item] = [item for item in answer["Items"] if word in item.get("text", {}).get("S", "")]
    return {"pk": item["pk"], "sk": item["sk"]}


def test_an_event_that_the_rule_could_not_deliver_goes_to_the_queue_and_is_applied_once(
    system: System, person: SignUp
) -> None:
    aiko, word = person("Aiko"), f"rule{token_hex(4)}"
    dlq = Queue.of(system, "search-rule-dlq")
    with closed(Queue.of(system, "search")):
        post = aiko.post(word)
        eventually(dlq.depth, "the event is in the DLQ of the rule's target")

    listed = replay("list").stdout
    assert "search-rule-dlq" in listed
    assert "rule target" in listed
    assert "NO_PERMISSIONS" in replay("peek", "search-rule-dlq").stdout
    assert replay("send", "search-rule-dlq", "--dry-run").returncode == 0
    assert dlq.depth() == 1, "a dry run sends nothing"

    assert "Replayed 1" in replayed("send", "search")
    assert found_once(aiko, word, post["id"])
    assert dlq.depth() == 0


@contextmanager
def closed(queue: Queue) -> Iterator[None]:
    """Admit no rule to a queue for the length of the block."""
    kept = queue.sqs.get_queue_attributes(QueueUrl=queue.url, AttributeNames=["Policy"])["Attributes"]
    queue.sqs.set_queue_attributes(QueueUrl=queue.url, Attributes={"Policy": ""})
    try:
        yield
    finally:
        queue.sqs.set_queue_attributes(QueueUrl=queue.url, Attributes=kept)


def test_a_record_that_is_no_event_comes_back_with_its_attempts_until_its_item_is_repaired(
    system: System, person: SignUp
) -> None:
    aiko, word = person("Aiko"), f"relay{token_hex(4)}"
    post = aiko.post(word)
    key, tables = item_key(system, aiko, word), system.client("dynamodb")
    dlq = Queue.of(system, "posts-relay-dlq")

    def change(expression: str, **values: Any) -> None:
        tables.update_item(
            TableName=system.called("posts"),
            Key=key,
            UpdateExpression=expression,
            ExpressionAttributeNames={"#text": "text"} | ({"#s": "sequence"} if "#s" in expression else {}),
            ExpressionAttributeValues={f":{name}": value for name, value in values.items()},
        )

    change("SET #text = :text ADD #s :one", text={"N": "7"}, one={"N": "1"})
    eventually(dlq.depth, "the relay has parked the record")
    assert attempts(dlq) == 1
    assert "Replayed 1" in replayed("send", "posts-relay-dlq", "--type", "post.published")
    assert eventually(lambda: attempts(dlq) == 2, "the relay has parked it anew")

    change("SET #text = :text", text={"S": f"{word} repaired"})
    assert "Replayed 1" in replayed("send", "posts-relay-dlq")
    assert eventually(
        lambda: aiko.finds(word, post["id"])["post"]["text"] == f"{word} repaired", "it is applied"
    )
    assert found_once(aiko, word, post["id"])
    assert dlq.depth() == 0


def attempts(dlq: Queue) -> int | None:
    """Return how often the one letter of a DLQ was tried."""
    answer = dlq.sqs.receive_message(
        QueueUrl=dlq.url, VisibilityTimeout=0, MessageAttributeNames=["attempts"], WaitTimeSeconds=1
    )
    for message in answer.get("Messages", []):
        return int(message["MessageAttributes"]["attempts"]["StringValue"])
    return None


def test_a_batch_that_the_streams_mapping_gave_up_on_is_published_from_the_bucket(
    system: System, person: SignUp
) -> None:
    aiko, word = person("Aiko"), f"stream{token_hex(4)}"
    s3, bucket = system.client("s3"), failures(system)

    def kept() -> int:
        return int(s3.list_objects_v2(Bucket=bucket)["KeyCount"])

    with denied(system, "posts relay_posts", ["events:PutEvents"]), impatient(system, "posts relay_posts"):
        post = aiko.post(word)
        eventually(kept, "the records are in the bucket", within=RETRIES_SECONDS)
        refused = replay("send", "stream-failures", "--yes")
        assert refused.returncode == 1
        assert "the bus is away" in refused.stdout
        assert kept(), "what was refused stays"

    assert "stream mapping" in replay("list").stdout
    replayed("send", "stream-failures")
    assert found_once(aiko, word, post["id"])
    aiko.sees(post["id"])
    assert kept() == 0


def failures(system: System) -> str:
    name = f"/hidoki/{system.stage}/stream-failures-bucket"
    return str(system.client("ssm").get_parameter(Name=name)["Parameter"]["Value"])


@contextmanager
def impatient(system: System, function: str) -> Iterator[None]:
    """Let the mapping of a relay give up at once for the length of the block."""
    service, name = function.split()
    functions = system.client("lambda")
    deployed = f"hidoki-{service}-{system.stage}-{system.urls['region']}-{name}"
    [mapping] = functions.list_event_source_mappings(FunctionName=deployed)["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=mapping["UUID"], MaximumRetryAttempts=0)
    try:
        yield
    finally:
        functions.update_event_source_mapping(
            UUID=mapping["UUID"], MaximumRetryAttempts=mapping["MaximumRetryAttempts"]
        )


def test_a_file_that_could_not_be_taken_in_is_announced_again(system: System, person: SignUp) -> None:
    aiko = person("Aiko")
    dlq = Queue.of(system, "media-relay-dlq")
    dlq.purge()
    with denied(system, "media take_in", ["s3:GetObject"]):
        media = aiko.upload(photo_with_gps())
        eventually(dlq.depth, "the function's failure is in the DLQ", within=RETRIES_SECONDS)
        assert "ObjectCreated" in replay("peek", "media-relay-dlq").stdout

    assert "Replayed 1" in replayed("send", "media-relay-dlq")
    aiko.media(media, "ready")
    assert dlq.depth() == 0


def test_what_a_subscription_could_not_deliver_goes_to_its_queue_and_to_no_other(system: System) -> None:
    sns, sqs = system.client("sns"), system.client("sqs")
    name = f"story-{token_hex(4)}"
    topic = sns.create_topic(Name=system.called(name))["TopicArn"]
    queues = {
        suffix: make_queue(sqs, system.called(f"{name}{suffix}"), topic) for suffix in ("", "-other", "-dlq")
    }
    arns = {suffix: arn_of(sqs, url) for suffix, url in queues.items()}
    try:
        redrive = json.dumps({"deadLetterTargetArn": arns["-dlq"]})
        for suffix in ("", "-other"):
            attributes = {"RedrivePolicy": redrive}
            sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arns[suffix], Attributes=attributes)
        sqs.delete_queue(QueueUrl=queues[""])
        sns.publish(TopicArn=topic, Message="heard")
        heard = Queue(sqs, make_queue(sqs, system.called(name), topic))
        other, dlq = Queue(sqs, queues["-other"]), Queue(sqs, queues["-dlq"])
        eventually(lambda: dlq.depth() == 1 and other.depth() == 1, "one is delivered and one is not")

        assert "subscription" in replay("peek", f"{name}-dlq").stdout
        sns.unsubscribe(SubscriptionArn=subscription(sns, topic, arns["-other"]))
        assert "Replayed 1" in replayed("send", f"{name}-dlq")
        assert (heard.depth(), other.depth(), dlq.depth()) == (1, 1, 0)
    finally:
        sns.delete_topic(TopicArn=topic)
        for url in queues.values():
            sqs.delete_queue(QueueUrl=url)


def make_queue(sqs: Any, name: str, topic: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": "*",
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return str(sqs.create_queue(QueueName=name, Attributes={"Policy": policy})["QueueUrl"])


def arn_of(sqs: Any, url: str) -> str:
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(answer["Attributes"]["QueueArn"])


def subscription(sns: Any, topic: str, endpoint: str) -> str:
    found = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    return next(str(one["SubscriptionArn"]) for one in found if one["Endpoint"] == endpoint)


def test_the_archive_rebuilds_what_one_consumer_has_read(system: System, person: SignUp) -> None:
    aiko, ben = person("Aiko"), person("Ben")
    aiko.channel_with(ben)
    tables, key = system.client("dynamodb"), {"pk": {"S": f"P#{ben.id}"}, "sk": {"S": "PERSON"}}
    tables.delete_item(TableName=system.called("channels"), Key=key)

    def known() -> bool:
        return "Item" in tables.get_item(TableName=system.called("channels"), Key=key, ConsistentRead=True)

    assert not known()
    assert replay("archive", "chat-people", "--from", "10m", answer="n\n").returncode == 1
    said = replayed("archive", "chat-people", "--from", "10m")
    assert eventually(known, "chat knows ben again")
    name = said.split()[-1].rstrip(".")
    told = system.client("events").describe_replay(ReplayName=name)
    [rule] = told["Destination"]["FilterArns"]
    assert rule.endswith(f"/{system.called('chat-people')}")


@pytest.mark.parametrize(
    "arguments",
    [
        ("send", "serach"),
        ("peek", "nobody-dlq"),
        ("archive", "serach", "--from", "1h", "--yes"),
        ("archive", "search", "--from", "1h", "--to", "2h"),
        ("archive", "search", "--from", "soon"),
        ("send", "search", "--since", "yesterday"),
        ("send", "search", "--rate", "0"),
        ("send", "search", "--erased", "no-such-file"),
    ],
)
def test_what_does_not_exist_is_refused_as_bad_input(arguments: tuple[str, ...]) -> None:
    done = replay(*arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.strip()
