"""A stage: where its cloud is, and what its shared things are called.

This is the one module that knows that the stage `local` is not on AWS.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from infra.local.place import REGION, REPOSITORY, Place

WORK = REPOSITORY / ".hidoki"
"""Everything the tools keep on this machine; nothing there is needed to deploy from another one."""

EMPTY = "-"
"""How a parameter says nothing: Parameter Store takes no empty value."""


@dataclass(frozen=True)
class Stage:
    """One deployment of the whole system.

    Parameters
    ----------
    name
        Such as `local` or `prod`; in the name of everything that belongs to it.
    region
        The AWS region.
    """

    name: str
    region: str = REGION

    @classmethod
    def select(cls, name: str) -> "Stage":
        """Return the stage, and point this process and its children at the stage's cloud.

        `local` never leaves this machine, whatever credentials the shell holds.
        """
        if name == "local":
            os.environ.update(Place.from_environment().client_environment())
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or REGION
        os.environ["AWS_REGION"] = os.environ["AWS_DEFAULT_REGION"] = region
        return cls(name, region)

    @property
    def local(self) -> bool:
        """Whether it is the local cloud: short retries, no data to protect, search engine given."""
        return self.name == "local"

    @property
    def emulated(self) -> bool:
        """Whether an emulator stands in for AWS, so that its gaps have to be filled."""
        return bool(os.environ.get("AWS_ENDPOINT_URL"))

    @property
    def chalice_stage(self) -> str:
        """The name of the Chalice stage."""
        return f"{self.name}-{self.region}"

    @property
    def path(self) -> str:
        """Where its parameters are."""
        return f"/hidoki/{self.name}/"

    def called(self, name: str) -> str:
        """Return the full name of a shared thing."""
        return f"hidoki-{self.name}-{name}"

    def build(self, service: str) -> Path:
        """Return the folder in which a service is rendered and packaged."""
        return WORK / "build" / self.name / service

    def client(self, service: str) -> Any:
        """Return a botocore client: boto3 would cost its import on every run that has nothing to do."""
        return self._session.create_client(service, region_name=self.region)

    @cached_property
    def _session(self) -> Any:
        from botocore.session import get_session

        return get_session()


def variable(stage: Stage, parameter: str) -> str:
    """Return the variable of a parameter.

    Examples
    --------
    >>> variable(Stage("local"), "/hidoki/local/table/posts")
    'TABLE_POSTS'
    """
    return parameter.removeprefix(stage.path).upper().replace("/", "_").replace("-", "_")


def parameters(stage: Stage) -> dict[str, str]:
    """Read all parameters of the stage as variables."""
    pages = (
        stage.client("ssm").get_paginator("get_parameters_by_path").paginate(Path=stage.path, Recursive=True)
    )
    return dict(_variables(stage, pages))


def _variables(stage: Stage, pages: Any) -> Iterator[tuple[str, str]]:
    for page in pages:
        for found in page["Parameters"]:
            value = found["Value"]
            yield variable(stage, found["Name"]), "" if value == EMPTY else value


def put_parameter(stage: Stage, name: str, value: str) -> None:
    """Write one parameter that a tool, not the template, knows."""
    stage.client("ssm").put_parameter(
        Name=stage.path + name, Value=value or EMPTY, Type="String", Overwrite=True
    )
