"""What git knows of the schemas: a revision is released when it is committed (a tool, in no function)."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path


def committed(root: Path) -> frozenset[str] | None:
    """Return the files under `root` that the last commit holds, relative to it; None outside git."""
    listed = _git(root, "ls-tree", "-r", "-z", "--name-only", "HEAD", ".")
    return None if listed is None else frozenset(name for name in listed.split("\0") if name)


def edited(root: Path) -> list[str]:
    """Return the files under `root`, relative to it, that are not what they were first committed as."""
    born = _born(root)
    there = [name for name in born if (root / name).is_file()]
    hashes = _git(root, "hash-object", "--no-filters", "--", *there) if there else ""
    now = dict(zip(there, (hashes or "").split(), strict=True))
    return sorted(name for name, blob in born.items() if now.get(name) != blob)


def _born(root: Path) -> Mapping[str, str]:
    """Return the hash of what each file was when it was first added."""
    wanted = ("--diff-filter=A", "--no-renames", "--raw", "--no-abbrev", "--format=", "--relative")
    born = {}
    for line in (_git(root, "log", *wanted, "--", ".") or "").splitlines():
        facts, _, name = line.partition("\t")
        born[name] = facts.split()[3]  # newest first: the oldest is what stays
    return born


def _git(folder: Path, *arguments: str) -> str | None:
    # A hook that runs the tests has variables of its own, which would point git elsewhere.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout
