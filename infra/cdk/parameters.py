"""Every name and address goes to Parameter Store, where the deploy tool reads it as a variable."""

from aws_cdk import aws_ssm as ssm
from constructs import Construct

from infra.cdk.settings import Settings


class Parameters(Construct):
    """The parameters of one stack, under `/hidoki/<stage>/`."""

    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(scope, "Parameters")
        self._prefix = f"/hidoki/{settings.stage}/"

    def publish(self, **values: str) -> None:
        """Write values under names in which `__` is `/` and `_` is `-`: `table__posts="…"`."""
        for name, value in values.items():
            self.put(name.replace("__", "/").replace("_", "-"), value)

    def put(self, name: str, value: str) -> None:
        """Write one value."""
        ssm.CfnParameter(self, name.replace("/", "-"), name=self._prefix + name, type="String", value=value)
