"""`python -m infra.page STAGE`: build the page and the event catalogue, put both into the page's bucket."""

import hashlib
import json
import mimetypes
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from infra.local.applied import digest_of
from infra.local.place import REPOSITORY, Place
from infra.stages import WORK, Stage, parameters, put_parameter

UI = REPOSITORY / "ui"
LOG = WORK / "logs" / "page.log"
TAIL_LINES = 25

# Vite names these by their content; everything else is asked for anew.
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
KEPT_NAMES = ("/index.html", "/config.json", "/docs/*")
"""What the CDN is told to forget: new content under an old name."""

CATALOGUED = ("contracts/contracts/events", "contracts/schemas", "contracts/examples")
"""What the event catalogue is made of."""

TYPES = mimetypes.MimeTypes()
"""Python's own table: that of a machine may differ."""


class PageFailed(Exception):
    """The page can't be built or has nowhere to go; the message says what to do."""


def page(
    stage: Annotated[str, typer.Argument(help="`local`, or the name of a stage on AWS.")],
    force: Annotated[bool, typer.Option("--force", help="Even if nothing changed.")] = False,
) -> None:
    """Build the page and upload it; a run with nothing to change does nothing."""
    from botocore.exceptions import BotoCoreError, ClientError

    target = Stage.select(stage)
    console = Console()
    try:
        with console.status("page …"):
            changed = publish(target, force=force)
    except (PageFailed, ClientError, BotoCoreError) as error:
        Console(stderr=True).print("[bold red]✗[/]", Text(str(error)))
        raise typer.Exit(1) from None
    console.print(f"[green]✓[/] page of {target.name}" + ("" if changed else " is up to date"))


def publish(stage: Stage, *, force: bool = False) -> bool:
    """Bring the page to what its sources and the stage's parameters say; return whether it changed."""
    variables = parameters(stage)
    if "SITE_BUCKET" not in variables:
        raise PageFailed(f"{stage.name} is not there yet: python -m infra.provision {stage.name}")
    config = config_for(stage, variables)
    mark = page_mark(config)
    if not force and variables.get("PROVISION_PAGE") == mark:
        return False
    build_page()
    add_catalogue(UI / "dist" / "docs")
    upload_page(stage.client("s3"), variables["SITE_BUCKET"], UI / "dist", config)
    if distribution := variables.get("CDN_ID"):
        forget_old(stage.client("cloudfront"), distribution)
    put_parameter(stage, "provision/page", mark)
    return True


def config_for(stage: Stage, variables: Mapping[str, str]) -> dict[str, str]:
    """Return what the page reads from `/config.json`.

    The local page finds its sockets behind its own origin.
    """
    if stage.local:
        place = Place.from_environment()
        cognito, sockets = place.endpoint, f"{place.page.replace('http', 'ws', 1)}/ws"
    else:
        cognito = os.environ.get("AWS_ENDPOINT_URL") or f"https://cognito-idp.{stage.region}.amazonaws.com"
        sockets = variables.get("WEBSOCKET_URL", "")
    return {
        "region": stage.region,
        "userPoolId": variables.get("USER_POOL_ID", ""),
        "clientId": variables.get("CLIENT_ID", ""),
        "cognitoUrl": cognito,
        "websocketUrl": sockets,
    }


def page_mark(config: Mapping[str, str]) -> str:
    """Return the hash of everything that the page is made of."""
    sources = ["ui", "infra/page.py", "infra/catalogue", *CATALOGUED]
    return digest_of(sources, json.dumps(config, sort_keys=True))


def install_page() -> None:
    """Install what the lock file names, if that changed."""
    lock = hashlib.sha256((UI / "package-lock.json").read_bytes()).hexdigest()
    installed = UI / "node_modules" / ".installed"
    if not installed.is_file() or installed.read_text() != lock:
        _npm("ci", "--no-audit", "--no-fund")
        installed.write_text(lock)


def build_page() -> None:
    """Make `ui/dist` from the sources."""
    install_page()
    _npm("run", "build")


def add_catalogue(folder: Path) -> None:
    """Generate the event catalogue, which stands beside the page."""
    # The models and the templates would cost every `make up` that has nothing to do.
    from infra.catalogue.reading import Undescribed, read
    from infra.catalogue.site import write

    try:
        write(read(), folder)
    except Undescribed as missing:
        raise PageFailed(str(missing)) from None


def upload_page(s3: Any, bucket: str, built: Path, config: Mapping[str, str]) -> None:
    """Put the built files and the configuration, and `index.html`, which names them, last.

    Files of earlier builds stay: pages that are open still ask for them.
    """
    for key, body in (*_files(built), ("config.json", json.dumps(config).encode()), _index(built)):
        s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=body,
            ContentType=content_type(key),
            CacheControl=FOR_EVER if key.startswith("assets/") else ASK_AGAIN,
        )


def content_type(key: str) -> str:
    """Return the media type of a file; text is UTF-8."""
    found = TYPES.guess_type(key)[0] or "application/octet-stream"
    return f"{found}; charset=utf-8" if found.startswith("text/") else found


def forget_old(cloudfront: Any, distribution: str) -> None:
    """Have the CDN drop what it holds under names that stay."""
    cloudfront.create_invalidation(
        DistributionId=distribution,
        InvalidationBatch={
            "CallerReference": str(uuid.uuid4()),
            "Paths": {"Quantity": len(KEPT_NAMES), "Items": list(KEPT_NAMES)},
        },
    )


def _files(built: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(built.rglob("*")):
        key = file.relative_to(built).as_posix()
        if file.is_file() and key != "index.html":
            yield key, file.read_bytes()


def _index(built: Path) -> tuple[str, bytes]:
    return "index.html", (built / "index.html").read_bytes()


def _npm(*arguments: str) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise PageFailed(
            "npm is missing: run this through `make` or infra/local/bootstrap.sh, which bring it"
        )
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("wb") as output:
        code = subprocess.run(
            [npm, *arguments],
            cwd=UI,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    if code:
        tail = LOG.read_text(errors="replace").splitlines()[-TAIL_LINES:]
        raise PageFailed(
            "\n".join([*tail, f"`npm {' '.join(arguments)}` failed in ui/; all of it is in {LOG}"])
        )


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(page)
    app()
