"""A service's dependencies without what Lambda brings itself, fetched once per requirements.txt."""

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path

from chalice import __version__ as chalice_version
from chalice.deploy.packager import (
    DependencyBuilder,
    LambdaDeploymentPackager,
    MissingDependencyError,
    PipRunner,
    SubprocessPip,
)
from chalice.utils import UI, OSUtils

from infra.stages import WORK

IN_RUNTIME = ("boto3", "botocore", "s3transfer")
"""In every Lambda Python runtime; aws-xray-sdk would bring 20 MB of botocore along."""


class LeanDependencies(DependencyBuilder):
    """Chalice's builder of dependencies, stripped and cached."""

    def build_site_packages(self, abi: str, requirements_filepath: str, target_directory: str) -> None:
        """Fill `target_directory` with what `requirements_filepath` asks for.

        Raises
        ------
        RuntimeError
            If a dependency has no wheel for Lambda; Chalice would go on without it.
        """
        wanted = (
            f"{Path(requirements_filepath).read_text()} {abi} {self._machine} {chalice_version} {IN_RUNTIME}"
        )
        kept = WORK / "site-packages" / hashlib.sha256(wanted.encode()).hexdigest()[:16]
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
                fresh = Path(folder) / "site-packages"
                fresh.mkdir()
                try:
                    super().build_site_packages(abi, requirements_filepath, str(fresh))
                except MissingDependencyError as error:
                    names = ", ".join(sorted(package.identifier for package in error.missing))
                    raise RuntimeError(f"no wheel that runs on Lambda: {names}") from error
                strip(fresh)
                if not kept.exists():  # another service with the same requirements may have been faster
                    fresh.replace(kept)
        shutil.copytree(kept, target_directory, dirs_exist_ok=True)


def build_zip(folder: Path) -> Path:
    """Build the package of a rendered service as a deploy would, and return where it is."""
    files = OSUtils()
    dependencies = LeanDependencies(osutils=files, pip_runner=PipRunner(SubprocessPip(files), files))
    packager = LambdaDeploymentPackager(osutils=files, dependency_builder=dependencies, ui=UI(out=sys.stderr))
    runtime = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return Path(packager.create_deployment_package(str(folder), runtime))


def strip(folder: Path) -> None:
    """Remove what Lambda has already, and every package's tests."""
    for name in IN_RUNTIME:
        for path in (folder / name, *folder.glob(f"{name}-*.dist-info")):
            shutil.rmtree(path, ignore_errors=True)
    for path in [*folder.rglob("tests"), *folder.rglob("__pycache__"), folder / "bin"]:
        shutil.rmtree(path, ignore_errors=True)
