"""Every declared consumer gets rule, queue, DLQ and rule-target DLQ, and only what it asked for."""

from typing import Any

import pytest
from contracts.events.consumers import CONSUMERS
from contracts.events.registry import PUBLISHED, source
from event_patterns import matches

from infra.tests.conftest import Synthesised, Template

EVERY_TYPE = [event_type for types in PUBLISHED.values() for event_type in types]


def queue(template: Template, name: str) -> tuple[str, dict[str, Any]]:
    found = [
        (logical, resource["Properties"])
        for logical, resource in template.of("AWS::SQS::Queue").items()
        if resource["Properties"]["QueueName"] == name
    ]
    assert len(found) == 1, f"{name}: {len(found)} queues"
    return found[0]


def rule(template: Template, name: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [
        resource["Properties"]
        for resource in template.of("AWS::Events::Rule").values()
        if resource["Properties"]["Name"] == name
    ]
    assert len(found) == 1, f"{name}: {len(found)} rules"
    return found[0]


def arn(logical: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [logical, "Arn"]}


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_a_consumer_has_a_queue_whose_failures_go_to_its_dlq(consumer: str, prod: Synthesised) -> None:
    dlq, kept = queue(prod.core, f"hidoki-prod-{consumer}-dlq")
    _, properties = queue(prod.core, f"hidoki-prod-{consumer}")
    assert properties["RedrivePolicy"] == {"deadLetterTargetArn": arn(dlq), "maxReceiveCount": 5}
    assert properties["VisibilityTimeout"] == 6 * 30
    assert kept["MessageRetentionPeriod"] == 14 * 24 * 3600


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_a_rule_reaches_its_queue_and_has_a_dlq_for_what_does_not(consumer: str, prod: Synthesised) -> None:
    target_queue, _ = queue(prod.core, f"hidoki-prod-{consumer}")
    undelivered, _ = queue(prod.core, f"hidoki-prod-{consumer}-rule-dlq")
    (target,) = rule(prod.core, f"hidoki-prod-{consumer}")["Targets"]
    assert target["Arn"] == arn(target_queue)
    assert target["DeadLetterConfig"] == {"Arn": arn(undelivered)}
    assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_only_the_rule_may_send_to_the_queue_and_its_rule_dlq(consumer: str, prod: Synthesised) -> None:
    for name in (f"hidoki-prod-{consumer}", f"hidoki-prod-{consumer}-rule-dlq"):
        logical, _ = queue(prod.core, name)
        (policy,) = [
            found["Properties"]["PolicyDocument"]["Statement"]
            for found in prod.core.of("AWS::SQS::QueuePolicy").values()
            if found["Properties"]["Queues"] == [{"Ref": logical}]
        ]
        (statement,) = policy
        assert statement["Principal"] == {"Service": "events.amazonaws.com"}
        assert "aws:SourceArn" in statement["Condition"]["ArnEquals"]


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_a_rule_lets_in_what_its_consumer_declares_and_nothing_else(consumer: str, prod: Synthesised) -> None:
    pattern = rule(prod.core, f"hidoki-prod-{consumer}")["EventPattern"]
    data = {"post": {"mentions": [{"id": "ben"}], "in_reply_to": "a-post"}, "audience": "public"}
    let_in = {
        event_type
        for event_type in EVERY_TYPE
        if matches(
            pattern, {"source": source(event_type), "detail-type": event_type, "detail": {"data": data}}
        )
    }
    assert let_in == set(CONSUMERS[consumer].types)


@pytest.mark.parametrize(
    ("data", "let_in"),
    [
        ({"post": {"mentions": []}}, False),
        ({"post": {}}, False),
        ({"post": {"mentions": [{"id": "ben"}]}}, True),
        ({"post": {"mentions": []}, "in_reply_to_author": "ben"}, True),
    ],
)
def test_notify_hears_only_of_posts_that_mention_or_answer_someone(
    data: dict[str, Any], let_in: bool, prod: Synthesised
) -> None:
    pattern = rule(prod.core, "hidoki-prod-notify-inbox")["EventPattern"]
    event = {
        "source": "hidoki.posts",
        "detail-type": "post.published.v2",
        "detail": {"data": data},
    }
    assert matches(pattern, event) is let_in


@pytest.mark.parametrize(
    ("audience", "let_in"), [("public", True), ("followers", False), ("mentioned", False)]
)
def test_search_hears_only_of_public_posts(audience: str, let_in: bool, prod: Synthesised) -> None:
    pattern = rule(prod.core, "hidoki-prod-search")["EventPattern"]
    told = {"source": "hidoki.posts", "detail-type": "post.published.v2"}
    assert matches(pattern, told | {"detail": {"data": {"audience": audience}}}) is let_in


def test_a_rule_does_not_let_in_an_event_that_another_source_pretends_to(prod: Synthesised) -> None:
    pattern = rule(prod.core, "hidoki-prod-search")["EventPattern"]
    assert not matches(pattern, {"source": "elsewhere", "detail-type": "post.deleted.v1"})


def test_there_are_no_rules_that_no_consumer_declares(prod: Synthesised) -> None:
    assert len(prod.core.of("AWS::Events::Rule")) == len(CONSUMERS)


def test_a_consumer_finds_its_queues_in_its_variables(prod: Synthesised) -> None:
    for consumer in CONSUMERS:
        for name in (f"queue/{consumer}", f"queue/{consumer}/arn", f"queue/{consumer}/url"):
            assert f"/hidoki/prod/{name}" in prod.core.parameters()
        for name in (f"dlq/{consumer}/url", f"dlq/{consumer}/arn"):
            assert f"/hidoki/prod/{name}" in prod.core.parameters()


def test_the_local_stage_gives_up_early(local: Synthesised) -> None:
    _, properties = queue(local.core, "hidoki-local-search")
    assert properties["RedrivePolicy"]["maxReceiveCount"] == 2
    assert properties["VisibilityTimeout"] <= 30
    assert local.core.parameters()["/hidoki/local/max-receives"] == "2"
