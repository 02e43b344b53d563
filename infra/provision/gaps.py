"""Resource types of the template that MiniStack's CloudFormation can't take, and how each is made instead.

The resource leaves the template, which exports the values that it refers to; when the stack is there, a
named step makes it through its API. Nothing is dropped: an unknown type still fails the stack.
"""

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any

from infra.provision.synthesis import Template
from infra.stages import Stage

Properties = Mapping[str, Any]


def archive(stage: Stage, properties: Properties) -> None:
    """Make an `AWS::Events::Archive` (MiniStack 1.5.33 has its API, but not its CloudFormation type)."""
    import json

    client = stage.client("events")
    wanted = {
        "ArchiveName": properties["ArchiveName"],
        "EventPattern": json.dumps(properties["EventPattern"]),
        "RetentionDays": properties["RetentionDays"],
    }
    if client.list_archives(NamePrefix=properties["ArchiveName"])["Archives"]:
        client.update_archive(**wanted)
    else:
        client.create_archive(EventSourceArn=properties["SourceArn"], **wanted)


STEPS: dict[str, Callable[[Stage, Properties], None]] = {"AWS::Events::Archive": archive}


def without_gaps(template: Template) -> tuple[Template, dict[str, dict[str, Any]]]:
    """Split a template into what MiniStack takes and the resources that steps have to make."""
    kept = copy.deepcopy(template)
    removed = {name: body for name, body in template["Resources"].items() if body["Type"] in STEPS}
    outputs = kept.setdefault("Outputs", {})
    for name, resource in removed.items():
        del kept["Resources"][name]
        for key, value in resource["Properties"].items():
            if _refers(value):
                outputs[_output(name, key)] = {"Value": value}
    return kept, removed


def fill(stage: Stage, removed: Mapping[str, Mapping[str, Any]], outputs: Mapping[str, str]) -> list[str]:
    """Make what was taken out of the template; return a line for each."""
    for name, resource in removed.items():
        properties = {
            key: outputs.get(_output(name, key), value) for key, value in resource["Properties"].items()
        }
        STEPS[resource["Type"]](stage, properties)
    return [f"Step {resource['Type']} {name}" for name, resource in removed.items()]


def _refers(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in ("Ref", "Fn::GetAtt", "Fn::Join")


def _output(resource: str, key: str) -> str:
    return re.sub(r"\W", "", f"{resource}{key}")
