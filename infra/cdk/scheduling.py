"""What lets a service be told when a time has come: a schedule group, and a role that may tell."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.cdk.consumer import Consumer
from infra.cdk.parameters import Parameters
from infra.cdk.settings import Settings


class Scheduling(Construct):
    """The group of the stage's schedules, and the role in which they send to a consumer's queue.

    Parameters
    ----------
    told
        The consumer whose queue is told; what can't reach it goes where its rule's events go then.
    """

    def __init__(
        self, scope: Construct, settings: Settings, parameters: Parameters, *, told: Consumer
    ) -> None:
        super().__init__(scope, "Scheduling")
        name = f"hidoki-{settings.stage}"
        scheduler.CfnScheduleGroup(self, "Group", name=name)
        stack = Stack.of(self)
        group = stack.format_arn(service="scheduler", resource="schedule-group", resource_name=name)
        role = iam.Role(
            self,
            "Role",
            role_name=settings.called("scheduler"),
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": stack.account, "aws:SourceArn": group}},
            ),
            inline_policies={
                "tell": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(
                            actions=["sqs:SendMessage"],
                            resources=[told.queue.queue_arn, told.undelivered.queue_arn],
                        )
                    ]
                )
            },
        )
        parameters.put(f"rule-dlq/{told.name}/arn", told.undelivered.queue_arn)
        parameters.publish(
            schedule_group=name,
            schedule_role__arn=role.role_arn,
            schedule_lead_seconds=str(settings.schedule_lead_seconds),
        )
