"""`python -m infra.catalogue`: write the AsyncAPI document (committed) and the page (not)."""

import typer
from rich.console import Console
from rich.text import Text

from infra.catalogue.asyncapi import document
from infra.catalogue.reading import Undescribed, read
from infra.catalogue.site import as_json, write
from infra.local.place import REPOSITORY
from infra.stages import WORK

DOCUMENT = REPOSITORY / "docs" / "asyncapi.json"


def catalogue() -> None:
    """Generate the event catalogue from `contracts/`."""
    try:
        found = read()
    except Undescribed as missing:
        Console(stderr=True).print("[bold red]✗[/]", Text(str(missing)))
        raise typer.Exit(1) from None
    DOCUMENT.write_text(as_json(document(found)))
    page = write(found, WORK / "docs")
    sums = f"{len(found.entries)} events, {len(found.consumers)} consumers"
    say = Console()
    say.print(f"[green]✓[/] {DOCUMENT.relative_to(REPOSITORY)}: {sums}", highlight=False)
    say.print(f"[green]✓[/] {page.absolute().as_uri()}", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(catalogue)
    app()
