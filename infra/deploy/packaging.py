"""A service's package: without what Lambda brings itself, with the byte code that a cold start would make."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
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

IN_RUNTIME = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer")
"""In every Lambda runtime, boto3 and what it needs; aws-xray-sdk would bring 20 MB of botocore along."""

_UNUSED_UTILITIES = (
    *("auth_alpha", "batch", "circuit_breaker", "data_classes", "data_masking", "feature_flags"),
    *("idempotency", "kafka", "parser", "streaming", "validation"),
)

UNUSED = (
    "*.dist-info/RECORD",  # what installers go by
    "*.dist-info/sboms",
    "*-stubs",  # types, for checkers alone
    "aws_lambda_powertools/event_handler",  # a router of its own, with Swagger's page
    *(f"aws_lambda_powertools/utilities/{name}" for name in _UNUSED_UTILITIES),
    "aws_xray_sdk/ext",  # its patches of other libraries
    "charset_normalizer/[cm]d.*.so",  # the sources beside them do, for what nobody asks of requests here
    "opensearchpy/_async/client",  # needs aiohttp, which is not there; the package looks whether it is
    "opensearchpy/_async/plugins",
    "pydantic/mypy.py",
    "pydantic/v1",
    "pydantic_core/_pydantic_core",  # the types of the compiled module beside it
    "urllib3/contrib/emscripten",
    "wrapt/*.c",  # the source of the compiled module beside it
)
"""Parts of libraries that no function imports: megabytes that each cold start would fetch."""

UNCOMPILED = r"/(aws_xray_sdk|wrapt|pydantic/(deprecated|experimental|plugin)|aws_lambda_powertools/metrics)/"
"""What ships as sources only: nothing imports it at a cold start, or Lambda has its own."""

RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
"""What Chalice runs functions with: the Python that deploys them. No other one reads its byte code."""

UNPACKED = "/var/task"
"""Where Lambda unpacks a package: file names in the byte code are of there, and of no deployer's folder."""

MOST_COMPRESSED = 9

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest time that a zip can tell; a package of the same files is the same on every machine."""


class LeanDependencies(DependencyBuilder):
    """Chalice's builder of dependencies, stripped, compiled and cached per requirements.txt."""

    def build_site_packages(self, abi: str, requirements_filepath: str, target_directory: str) -> None:
        """Fill `target_directory` with what `requirements_filepath` asks for.

        Raises
        ------
        RuntimeError
            If a dependency has no wheel for Lambda; Chalice would go on without it.
        """
        wanted = (
            f"{Path(requirements_filepath).read_text()} {abi} {self._machine} {chalice_version} {IN_RUNTIME} "
            f"{sys.version_info} {UNPACKED} {UNUSED} {UNCOMPILED}"
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
                compile_sources(fresh)
                if not kept.exists():  # another service with the same requirements may have been faster
                    fresh.replace(kept)
        shutil.copytree(kept, target_directory, dirs_exist_ok=True)


class CompiledPackage(LambdaDeploymentPackager):
    """Chalice's packager, which also compiles the service's own code."""

    def create_deployment_package(self, project_dir: str, python_version: str) -> str:
        """Return the zip of a rendered service; make it if there is none of the same sources."""
        if python_version != RUNTIME:
            raise RuntimeError(f"Lambda would run {python_version}: deploy with that, not with {RUNTIME}")
        package = Path(self.deployment_package_filename(project_dir, python_version))
        if package.exists():
            return str(package)
        package.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as temporary:
            everything, own = Path(temporary) / "package", Path(temporary) / "own"
            everything.mkdir()
            self._build_python_dependencies(
                python_version, self._get_requirements_filename(project_dir), str(everything)
            )
            # Of Chalice itself a function needs the two modules that are among the service's own files.
            shutil.rmtree(everything / "chalice", ignore_errors=True)
            for source, name in self._iter_app_filenames(project_dir):
                (own / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, own / name)
            vendor = Path(project_dir) / self._VENDOR_DIR
            if vendor.is_dir():
                shutil.copytree(vendor, own, dirs_exist_ok=True)
            compile_sources(own)
            shutil.copytree(own, everything, dirs_exist_ok=True)
            write_zip(everything, package)
        return str(package)


def packager() -> CompiledPackage:
    """Return a packager such as a deploy has."""
    files = OSUtils()
    dependencies = LeanDependencies(osutils=files, pip_runner=PipRunner(SubprocessPip(files), files))
    return CompiledPackage(osutils=files, dependency_builder=dependencies, ui=UI(out=sys.stderr))


def build_zip(folder: Path) -> Path:
    """Build the package of a rendered service as a deploy would, and return where it is."""
    return Path(packager().create_deployment_package(str(folder), RUNTIME))


def strip(folder: Path) -> None:
    """Remove what Lambda has already, and every package's tests."""
    for name in IN_RUNTIME:
        for path in (folder / name, *folder.glob(f"*{name}-*.dist-info")):
            shutil.rmtree(path, ignore_errors=True)
    for path in [path for name in UNUSED for path in folder.glob(name)]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in [*folder.rglob("tests"), *folder.rglob("__pycache__"), folder / "bin"]:
        shutil.rmtree(path, ignore_errors=True)


def compile_sources(folder: Path) -> None:
    """Put byte code beside every source that compiles, valid whatever times a zip gives the files.

    In a process of its own: byte code depends a little on which strings the compiling process holds already.
    """
    command = [sys.executable, "-I", "-m", "compileall", "-qq", "--invalidation-mode", "unchecked-hash"]
    # The exit code tells of templates and the like that are no Python; they are imported nowhere.
    subprocess.run([*command, "-x", UNCOMPILED, "-s", str(folder), "-p", UNPACKED, str(folder)], check=False)


def write_zip(folder: Path, package: Path) -> None:
    """Write a folder's files by name and without their dates; the zip appears when it is whole."""
    unfinished = package.with_suffix(".unfinished")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), EPOCH)
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED, MOST_COMPRESSED)
    unfinished.replace(package)
