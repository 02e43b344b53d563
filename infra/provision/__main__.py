"""`python -m infra.provision STAGE [--edge]`: make or change what the services share."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from infra.stages import Stage, parameters, put_parameter

console = Console()

MANY = 20
"""More changes than this are counted, not listed."""


def provision(
    stage: Annotated[str, typer.Argument(help="`local`, or the name of a stage on AWS.")],
    edge: Annotated[bool, typer.Option("--edge", help="The CDN, after the services are deployed.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Even if nothing changed.")] = False,
) -> None:
    """Make or change what the services share on a stage; a run with nothing to change does nothing."""
    from botocore.exceptions import BotoCoreError, ClientError

    from infra.provision.stacks import StackFailed

    target = Stage.select(stage)
    try:
        (provision_edge if edge else provision_core)(target, force)
    except (StackFailed, ClientError, BotoCoreError) as error:
        Console(stderr=True).print("[bold red]✗[/]", Text(str(error)))
        raise typer.Exit(1) from None


def provision_core(stage: Stage, force: bool) -> None:
    """Bring the core stack and its steps to what the sources say."""
    from infra.cdk.settings import Settings
    from infra.provision.synthesis import fingerprint

    settings = Settings.of(stage)
    mark = fingerprint(settings)
    if not force and _applied(stage, "core", "core-steps") == [mark, mark]:
        console.print(f"[green]✓[/] core of {stage.name} is up to date")
        return

    from infra.provision import gaps, steps
    from infra.provision.stacks import Stacks
    from infra.provision.synthesis import template

    with console.status("Synthesising the templates"):
        wanted = template(settings, "core", mark)
    stacks = Stacks(stage, steps.template_bucket(stage))
    with console.status("Changing the core stack"):
        if stage.emulated:
            _report(stacks.apply("core", gaps.without_gaps(wanted), {}))
            _report(gaps.fill(stage, "core", wanted))
        else:
            _report(stacks.apply("core", wanted, {}))
    push = steps.push_application(stage)
    put_parameter(stage, "push/application-arn", push)
    if push:
        put_parameter(stage, "provision/core-steps", mark)
    else:
        console.print(f"[yellow]![/] no push: put the FCM credential in {steps.push_credential_name(stage)}")
    console.print(f"[green]✓[/] core of {stage.name}")


def provision_edge(stage: Stage, force: bool) -> None:
    """Bring the CDN to the sources, and to the addresses that the services have now."""
    from infra.cdk.settings import Settings
    from infra.provision.origins import edge_parameters
    from infra.provision.synthesis import fingerprint

    settings = Settings.of(stage)
    variables = parameters(stage)
    values = edge_parameters(stage, variables)
    mark = fingerprint(settings)
    applied = hashlib.sha256(f"{mark} {sorted(values.items())}".encode()).hexdigest()[:16]
    if not force and "CDN_ID" in variables and variables.get("PROVISION_EDGE") == applied:
        console.print(f"[green]✓[/] edge of {stage.name} is up to date")
        return

    from infra.provision import steps
    from infra.provision.stacks import Stacks
    from infra.provision.synthesis import template

    with console.status("Synthesising the templates"):
        wanted = template(settings, "edge", mark)
    with console.status("Changing the edge stack"):
        _report(Stacks(stage, steps.template_bucket(stage)).apply("edge", wanted, values))
    put_parameter(stage, "provision/edge", applied)
    console.print(f"[green]✓[/] edge of {stage.name}: https://{parameters(stage)['CDN_DOMAIN']}")


def _applied(stage: Stage, *names: str) -> list[str]:
    """Return the fingerprints that the stage's cloud holds; a cloud that is new holds none."""
    found = stage.client("ssm").get_parameters(Names=[f"{stage.path}provision/{name}" for name in names])
    values = {parameter["Name"]: parameter["Value"] for parameter in found["Parameters"]}
    return [values.get(f"{stage.path}provision/{name}", "") for name in names]


def _report(lines: Iterable[str]) -> None:
    """Print each change, or their number by kind when there are many."""
    changes = list(lines)
    if len(changes) > MANY:
        counted = Counter(line.rsplit(" ", 1)[0] for line in changes)
        changes = [f"{kind} × {count}" for kind, count in counted.items()]
    for line in changes:
        console.print(f"  [dim]{line}[/]")


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(provision)
    app()
