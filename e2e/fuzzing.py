"""`make fuzz`: Schemathesis on the running local cloud, through its gateway, as a trusted person."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from contracts.http.budgets import TRUSTED
from contracts.http.identity import MODERATORS
from rich.console import Console

from e2e.people import Person, sign_up
from e2e.system import System
from infra.local.place import REPOSITORY, SERVICES

CONFIG = REPOSITORY / "contracts/tests/schemathesis.toml"

FOUND = 1
"""The exit code if some answer was not as the document says."""

say = Console()
app = typer.Typer(add_completion=False)


@app.command()
def fuzz(
    cases: Annotated[int, typer.Option(min=1, help="Random requests an operation gets")] = 40,
    seed: Annotated[int, typer.Option(help="Decides which requests")] = 1,
    service: Annotated[str, typer.Option(help="One service; all if left out")] = "",
) -> None:
    """Send each service's API requests of all kinds, alone and in sequences, and look at each answer.

    Exits with 0 if each was as its OpenAPI document says, with 1 if some was not.
    """
    system = replace(System.running(), through_page=False)
    failed = [one for one in ([service] if service else SERVICES) if not _passes(system, one, cases, seed)]
    say.print(f"Not as documented: {', '.join(failed)}." if failed else "All answers are as documented.")
    raise typer.Exit(FOUND if failed else 0)


def _passes(system: System, service: str, cases: int, seed: int) -> bool:
    """Fuzz one service as somebody new: what a request did to their account troubles no other service."""
    fuzzer = sign_up(system, "Fuzzer", through_page=False, groups=(TRUSTED, MODERATORS))
    try:
        say.rule(service)
        command = _command(system, fuzzer, service, cases, seed)
        return subprocess.run(command, cwd=REPOSITORY, check=False).returncode == 0
    finally:
        fuzzer.leave()


def _command(system: System, fuzzer: Person, service: str, cases: int, seed: int) -> list[str]:
    document = Path(REPOSITORY, "services", service, "openapi.json")
    options = {
        "--url": system.address(f"/{service}/v1").removesuffix("/v1"),
        "--header": f"Authorization:{fuzzer.token}",
        "--max-examples": str(cases),
        "--seed": str(seed),
        "--generation-database": "none",
    }
    schemathesis = [str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(CONFIG)]
    told = [word for option in options.items() for word in option]
    return [
        *schemathesis,
        "run",
        str(document),
        *told,
        "--continue-on-failure",
        "--suppress-health-check=all",
    ]


if __name__ == "__main__":
    app()
