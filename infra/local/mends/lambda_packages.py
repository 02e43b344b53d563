"""A function finds boto3, what its package holds, and nothing else.

MiniStack runs functions with its own interpreter, so they also see every package installed beside it: one
that is missing from a package would be found here and not on AWS.
"""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

from ministack.core import lambda_runtime

# What the Python runtimes of Lambda bring.
BROUGHT = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")


def apply() -> None:
    """Run Python functions with an interpreter that sees the standard library and boto3."""
    original = lambda_runtime._detect_runtime_binary
    interpreter = str(make_interpreter(Path(os.environ.get("TMPDIR", "/tmp")) / "lambda-python"))  # noqa: S108

    def detect(runtime: str) -> tuple[str, str]:
        binary, script = original(runtime)
        return (interpreter if runtime.startswith("python") else binary), script

    lambda_runtime._detect_runtime_binary = detect


def make_interpreter(folder: Path) -> Path:
    """Make a launcher for the interpreter below this virtual environment, and link what it may see."""
    shutil.rmtree(folder, ignore_errors=True)
    packages = folder / "packages"
    packages.mkdir(parents=True)
    for name in BROUGHT:
        found = importlib.util.find_spec(name)
        if found is None or found.origin is None:
            continue
        source = Path(found.origin)
        source = source.parent if source.name == "__init__.py" else source
        (packages / source.name).symlink_to(source)
    launcher = folder / "python"
    below = getattr(sys, "_base_executable", sys.executable)
    launcher.write_text(f"#!/bin/sh\nPYTHONPATH='{packages}' exec '{below}' -S -s \"$@\"\n")
    launcher.chmod(0o755)
    return launcher
