"""All that one consumer of events needs: rule, queue and the two places where nothing is lost."""

from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from constructs import Construct
from contracts.events.consumers import Consumer as Declaration

from infra.cdk.parameters import Parameters
from infra.cdk.settings import Settings

DLQ_DAYS = 14


class Consumer(Construct):
    """Rule, queue, queue DLQ and rule-target DLQ of one consumer.

    Parameters
    ----------
    name
        The consumer's name in `contracts.events.consumers`.
    declaration
        Its service and the event types it asked for.
    bus
        The bus it listens on.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        declaration: Declaration,
        *,
        bus: events.IEventBus,
        settings: Settings,
        parameters: Parameters,
    ) -> None:
        super().__init__(scope, name)
        self.name = name
        self.undelivered = dead_letter_queue(self, "Undelivered", settings.called(f"{name}-rule-dlq"))
        failed = dead_letter_queue(self, "Failed", settings.called(f"{name}-dlq"))
        self.queue = queue = sqs.Queue(
            self,
            "Queue",
            queue_name=settings.called(name),
            visibility_timeout=Duration.seconds(settings.visibility_seconds),
            dead_letter_queue=sqs.DeadLetterQueue(queue=failed, max_receive_count=settings.receives),
        )
        pattern = dict(declaration.pattern())
        rule = events.Rule(
            self,
            "Rule",
            rule_name=settings.called(name),
            event_bus=bus,
            event_pattern=events.EventPattern(source=pattern["source"]),
            targets=[
                targets.SqsQueue(
                    queue,
                    dead_letter_queue=self.undelivered,
                    retry_attempts=settings.target_retries,
                    max_event_age=Duration.seconds(settings.target_age_seconds),
                )
            ],
        )
        # The construct's own pattern knows no `$or`.
        cast(events.CfnRule, rule.node.default_child).add_property_override("EventPattern", pattern)
        parameters.put(f"queue/{name}", queue.queue_name)
        parameters.put(f"queue/{name}/arn", queue.queue_arn)
        parameters.put(f"queue/{name}/url", queue.queue_url)
        parameters.put(f"dlq/{name}/url", failed.queue_url)
        parameters.put(f"dlq/{name}/arn", failed.queue_arn)


def dead_letter_queue(scope: Construct, identity: str, name: str) -> sqs.Queue:
    """Make a queue that keeps what failed as long as SQS can."""
    return sqs.Queue(scope, identity, queue_name=name, retention_period=Duration.days(DLQ_DAYS))
