import io
import sys
from pathlib import Path

import pytest
from rich.console import Console

from infra.local import applied
from infra.local.applied import digest_of
from infra.local.checks import Check, exported
from infra.local.place import Place
from infra.local.run_checks import run_checks


def test_every_port_moves_by_the_offset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIDOKI_PORT_OFFSET", "100")
    place = Place.from_environment()
    ports = (place.cloud_port, place.search_port, place.push_port, place.edge_port, place.trace_port)
    assert ports == (4666, 9300, 4670, 8180, 2100)
    assert place.folder != Place().folder


def test_a_digest_follows_content_names_and_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applied, "REPOSITORY", tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "a/one.py").write_text("1")
    first = digest_of(["a"], "value")
    assert digest_of(["a"], "value") == first
    assert digest_of(["a"], "other value") != first
    (tmp_path / "a/one.py").write_text("2")
    second = digest_of(["a"], "value")
    assert second != first
    (tmp_path / "a/one.py").rename(tmp_path / "a/two.py")
    assert digest_of(["a"], "value") not in (first, second)


def test_a_digest_passes_over_tests_and_what_tools_leave_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applied, "REPOSITORY", tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "a/one.py").write_text("1")
    before = digest_of(["a"])
    for name in ("tests", "node_modules", "__pycache__"):
        (tmp_path / "a" / name).mkdir()
        (tmp_path / "a" / name / "more.py").write_text("more")
    assert digest_of(["a"]) == before


def test_export_lines_are_read_as_a_shell_reads_them() -> None:
    lines = "export A=1\nexport B='two words'\n# a remark\nexport C=\n"
    assert exported(lines) == {"A": "1", "B": "two words", "C": ""}


def test_one_failing_check_fails_the_run_and_shows_what_it_said() -> None:
    said = io.StringIO()
    checks = [
        Check("good", (sys.executable, "-c", "print('quiet')")),
        Check("bad", (sys.executable, "-c", "raise SystemExit('because')")),
    ]
    assert not run_checks(checks, Console(file=said))
    assert "because" in said.getvalue()
    assert "quiet" not in said.getvalue()


def test_an_empty_selection_passes_where_it_may() -> None:
    nothing = (sys.executable, "-c", "raise SystemExit(5)")
    say = Console(file=io.StringIO())
    assert run_checks([Check("none", nothing, passing=frozenset({0, 5}))], say)
    assert not run_checks([Check("none", nothing)], say)
