"""Show what the processes of the local cloud wrote."""

import subprocess
from pathlib import Path

from infra.local.daemon import CloudError


def print_logs(folder: Path, name: str, lines: int, follow: bool) -> None:
    """Print the end of one log or of all."""
    files = sorted(folder.glob(f"{name}.log" if name else "*.log"))
    if not files:
        known = ", ".join(sorted(path.stem for path in folder.glob("*.log")))
        raise CloudError(f"There is no such log; there are: {known or 'none yet'}.")
    tail = ["tail", "-n", str(lines), *(["-F"] if follow else []), *map(str, files)]
    subprocess.run(tail, check=False)
