"""Packages: lean, compiled, and the same for the same sources."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.deploy import packaging
from infra.deploy.packaging import RUNTIME, build_zip, compile_sources, strip, write_zip

BYTE_CODE = f"__pycache__/app.{sys.implementation.cache_tag}.pyc"


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a rendered service that depends on nothing."""
    monkeypatch.setattr(packaging, "WORK", tmp_path / "work")
    folder = tmp_path / "service"
    for name, source in {
        "app.py": "from contracts import HI\nfrom chalicelib.model import greet\nprint(greet(HI))\n",
        "chalicelib/__init__.py": "",
        "chalicelib/model.py": "def greet(text: str) -> str:\n    return text\n",
        "vendor/contracts/__init__.py": "HI = 'hello'\n",
        "requirements.txt": "",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(source)
    return folder


def test_what_lambda_has_already_and_tests_are_stripped(tmp_path: Path) -> None:
    brought = ("boto3", "botocore/data", "s3transfer", "boto3-1.0.dist-info", "python_dateutil-2.9.dist-info")
    for folder in (*brought, "regex/tests", "pydantic"):
        (tmp_path / folder).mkdir(parents=True)
    strip(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pydantic", "regex"]
    assert not list((tmp_path / "regex").iterdir())


def test_unused_parts_of_libraries_are_stripped_folders_and_files(tmp_path: Path) -> None:
    (tmp_path / "pydantic/v1").mkdir(parents=True)
    for name in ("pydantic/v1/main.py", "pydantic/mypy.py", "pydantic/main.py"):
        (tmp_path / name).write_text("")
    strip(tmp_path)
    assert [path.name for path in (tmp_path / "pydantic").iterdir()] == ["main.py"]


def test_a_package_holds_the_service_the_contracts_and_the_byte_code_of_both(service: Path) -> None:
    names = set(zipfile.ZipFile(build_zip(service)).namelist())
    tag = sys.implementation.cache_tag
    for folder, module in (("", "app"), ("chalicelib/", "model"), ("contracts/", "__init__")):
        assert {f"{folder}{module}.py", f"{folder}__pycache__/{module}.{tag}.pyc"} <= names


def test_the_byte_code_of_a_package_is_what_python_runs(service: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(build_zip(service)).extractall(tmp_path / "task")
    for source in ("app.py", "chalicelib/model.py", "contracts/__init__.py"):
        (tmp_path / "task" / source).write_text("raise SystemExit('compiled anew')")
    command = [sys.executable, "-c", "import app"]
    done = subprocess.run(command, cwd=tmp_path / "task", capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("hello\n", "")


def test_a_package_of_the_same_sources_is_the_same_to_the_byte(service: Path) -> None:
    first = build_zip(service)
    before = first.read_bytes()
    first.unlink()
    for source in service.rglob("*.py"):
        os.utime(source, (1_000_000_000, 1_000_000_000))
    assert build_zip(service) == first
    assert first.read_bytes() == before


def test_another_runtime_than_the_deploying_python_is_refused(service: Path) -> None:
    with pytest.raises(RuntimeError, match=RUNTIME):
        packaging.packager().create_deployment_package(str(service), "python3.9")


def test_a_source_that_does_not_compile_keeps_no_other_from_it(tmp_path: Path) -> None:
    (tmp_path / "template.py").write_text("{{ not python }}")
    (tmp_path / "app.py").write_text("A = 1\n")
    compile_sources(tmp_path)
    assert (tmp_path / BYTE_CODE).is_file()


def test_a_tracebacks_file_names_are_those_on_lambda(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("A = 1\n")
    compile_sources(tmp_path)
    assert b"/var/task/app.py" in (tmp_path / BYTE_CODE).read_bytes()


def test_files_of_a_zip_are_readable_to_lambdas_user(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/app.py").write_text("")
    (tmp_path / "in/app.py").chmod(0o600)
    write_zip(tmp_path / "in", tmp_path / "out.zip")
    (entry,) = zipfile.ZipFile(tmp_path / "out.zip").infolist()
    assert entry.external_attr >> 16 == 0o100644
