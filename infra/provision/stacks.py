"""Create or update a stack through a change set, and say what happens to its resources."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.provision.synthesis import Template
from infra.stages import Stage

DEADLINE_SECONDS = 3600
"""An OpenSearch domain takes half an hour."""


class StackFailed(Exception):
    """The cloud refused the stack; the message says which resource and why."""


@dataclass(frozen=True)
class Stacks:
    """The stacks of one stage.

    Parameters
    ----------
    stage
        Whose stacks.
    template_bucket
        Where templates are read from: CloudFormation takes no more than 51,200 bytes in a request.
    """

    stage: Stage
    template_bucket: str

    def apply(self, name: str, template: Template, parameters: Mapping[str, str]) -> Iterator[str]:
        """Bring a stack to its template; yield a line for each resource that changed."""
        cloud = self.stage.client("cloudformation")
        stack = self.stage.called(name)
        status = _status(cloud, stack)
        if status and status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
            _wait(cloud, stack)
            status = _status(cloud, stack)
        if status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED"):
            raise StackFailed(f"{stack} never came up ({status}): delete it, then provision again")
        creating = status in (None, "REVIEW_IN_PROGRESS")
        change_set = f"{stack}-{time.time_ns()}"
        cloud.create_change_set(
            StackName=stack,
            ChangeSetName=change_set,
            ChangeSetType="CREATE" if creating else "UPDATE",
            TemplateURL=self._upload(name, template),
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        changes = _changes(cloud, stack, change_set)
        if changes:
            cloud.execute_change_set(StackName=stack, ChangeSetName=change_set)
            yield from changes
            _wait(cloud, stack)
        else:
            cloud.delete_change_set(StackName=stack, ChangeSetName=change_set)

    def _upload(self, name: str, template: Template) -> str:
        storage = self.stage.client("s3")
        key = f"{name}.template.json"
        storage.put_object(
            Bucket=self.template_bucket, Key=key, Body=json.dumps(template, separators=(",", ":")).encode()
        )
        if self.stage.emulated:
            return f"{storage.meta.endpoint_url}/{self.template_bucket}/{key}"
        return f"https://{self.template_bucket}.s3.{self.stage.region}.amazonaws.com/{key}"


def _status(cloud: Any, stack: str) -> str | None:
    try:
        status: str = cloud.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return None if status == "DELETE_COMPLETE" else status


def _changes(cloud: Any, stack: str, change_set: str) -> list[str]:
    """Wait for the change set and return its changes as lines."""
    for _ in _until_deadline(stack):
        found = cloud.describe_change_set(StackName=stack, ChangeSetName=change_set)
        if found["Status"] == "FAILED":
            reason = found.get("StatusReason", "")
            if "didn't contain changes" in reason or "No updates" in reason:
                return []
            raise StackFailed(f"{stack}: {reason}")
        if found["Status"] == "CREATE_COMPLETE":
            break
    pages = cloud.get_paginator("describe_change_set").paginate(StackName=stack, ChangeSetName=change_set)
    changes = [change["ResourceChange"] for page in pages for change in page["Changes"]]
    return [f"{c['Action']} {c['ResourceType']} {c['LogicalResourceId']}" for c in changes] or [
        f"Update {stack}"
    ]


def _wait(cloud: Any, stack: str) -> None:
    for _ in _until_deadline(stack):
        status = _status(cloud, stack)
        if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            return
        if status is None or not status.endswith("_IN_PROGRESS"):
            raise StackFailed(f"{stack} is {status}:\n" + "\n".join(_failures(cloud, stack)))


def _failures(cloud: Any, stack: str) -> Iterator[str]:
    for event in cloud.describe_stack_events(StackName=stack)["StackEvents"]:
        if event.get("ResourceStatus", "").endswith("_FAILED"):
            yield f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"


def _until_deadline(stack: str) -> Iterator[None]:
    """Come back at growing intervals: a local stack takes milliseconds, a domain half an hour."""
    deadline, pause = time.monotonic() + DEADLINE_SECONDS, 0.05
    while time.monotonic() < deadline:
        yield
        time.sleep(pause)
        pause = min(pause * 1.5, 5)
    raise StackFailed(f"{stack} did not settle within {DEADLINE_SECONDS} s")
