"""Build the page and put it into its bucket."""

import hashlib
import json
import mimetypes
import shutil
import subprocess
from pathlib import Path
from typing import Any

from infra.local.daemon import CloudError
from infra.local.place import REGION, REPOSITORY, Place

UI = REPOSITORY / "ui"
# Vite names these by their content; everything else is asked for anew.
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


def config_for(place: Place, parameters: dict[str, str]) -> dict[str, str]:
    """Return what the page reads from `/config.json`."""
    return {
        "region": REGION,
        "userPoolId": parameters.get("user-pool-id", ""),
        "clientId": parameters.get("client-id", ""),
        "cognitoUrl": place.endpoint,
        "websocketUrl": f"{place.page.replace('http', 'ws', 1)}/ws",
    }


def install_page(log: Path) -> None:
    """Install what the lock file names, if that changed."""
    lock = hashlib.sha256((UI / "package-lock.json").read_bytes()).hexdigest()
    installed = UI / "node_modules" / ".installed"
    if not installed.is_file() or installed.read_text() != lock:
        _npm(log, "ci", "--no-audit", "--no-fund")
        installed.write_text(lock)


def build_page(log: Path) -> None:
    """Make `ui/dist` from the sources."""
    install_page(log)
    _npm(log, "run", "build")


def upload_page(s3: Any, bucket: str, config: dict[str, str]) -> None:
    """Put the built files first and `index.html`, which names them, last."""
    dist = UI / "dist"
    files = sorted(
        (file for file in dist.rglob("*") if file.is_file()),
        key=lambda file: (file.name == "index.html", file),
    )
    s3.put_object(
        Bucket=bucket,
        Key="config.json",
        Body=json.dumps(config).encode(),
        ContentType="application/json",
        CacheControl=ASK_AGAIN,
    )
    for file in files:
        key = file.relative_to(dist).as_posix()
        s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=file.read_bytes(),
            ContentType=mimetypes.guess_type(file.name)[0] or "application/octet-stream",
            CacheControl=FOR_EVER if key.startswith("assets/") else ASK_AGAIN,
        )


def _npm(log: Path, *arguments: str) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise CloudError("npm is missing; run through `make`, which brings Node.")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        done = subprocess.run(
            [npm, *arguments],
            cwd=UI,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        raise CloudError(f"`npm {' '.join(arguments)}` failed in ui/; see {log}")
