"""Rendering a service's folder for one stage."""

import json
from pathlib import Path

import pytest

from infra.deploy.fingerprint import fingerprint
from infra.deploy.render import OPERATORS, NotRendered, Rendered, environment, render, services
from infra.stages import Stage

STAGE = Stage("test")

CONFIG = {
    "app_name": "hidoki-posts",
    "stages": {
        "${STAGE}-${REGION}": {
            "environment_variables": {"TABLE": "${TABLE_POSTS}"},
            "lambda_functions": {"relay": {"environment_variables": {"BUS": "${BUS}"}}},
        }
    },
}
POLICY = '{"Resource": ["${TABLE_POSTS_ARN}", "uploads/${aws:PrincipalTag/sub}/*"]}'
VARIABLES = {
    "STAGE": "test",
    "REGION": "ap-northeast-1",
    "TABLE_POSTS": "hidoki-test-posts",
    "TABLE_POSTS_ARN": "arn:posts",
    "BUS": 'a "quoted" name',
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository with one service that vendors the contracts through a symlink."""
    service = tmp_path / "services" / "posts"
    for folder in (".chalice/deployed", "chalicelib", "tests", "vendor"):
        (service / folder).mkdir(parents=True)
    contracts = tmp_path / "contracts" / "contracts"
    contracts.mkdir(parents=True)
    (contracts / "__init__.py").write_text("")
    (service / "vendor" / "contracts").symlink_to("../../../contracts/contracts")
    (service / ".chalice" / "config.json").write_text(json.dumps(CONFIG))
    (service / ".chalice" / "policy-relay.json").write_text(POLICY)
    (service / ".chalice" / "deployed" / "other.json").write_text("{}")
    (service / "app.py").write_text("")
    (service / "tests" / "test_app.py").write_text("")
    return tmp_path


def rendered(repository: Path, variables: dict[str, str] = VARIABLES, service: str = "posts") -> Rendered:
    return render(STAGE, service, variables, repository / "build", repository)


def test_placeholders_are_filled_in_config_and_policies(repository: Path) -> None:
    found = rendered(repository)
    config = json.loads((found.folder / ".chalice" / "config.json").read_text())
    assert config["stages"]["test-ap-northeast-1"]["environment_variables"] == {"TABLE": "hidoki-test-posts"}
    policy = json.loads((found.folder / ".chalice" / "policy-relay.json").read_text())
    assert policy["Resource"] == ["arn:posts", "uploads/${aws:PrincipalTag/sub}/*"]


def test_the_environment_is_that_of_all_functions_and_survives_quotes(repository: Path) -> None:
    found = rendered(repository)
    assert found.environment == {"TABLE": "hidoki-test-posts", "BUS": 'a "quoted" name'}
    assert found.app == "hidoki-posts"


def test_the_environment_can_be_asked_for_while_a_deploy_uses_the_folder(repository: Path) -> None:
    assert environment(STAGE, "posts", VARIABLES, repository) == rendered(repository).environment
    (repository / "build" / "in-use").write_text("")
    environment(STAGE, "posts", VARIABLES, repository)
    assert (repository / "build" / "in-use").exists()


def test_the_contracts_are_there_as_files_and_tests_and_old_state_are_not(repository: Path) -> None:
    folder = rendered(repository).folder
    assert (folder / "vendor" / "contracts" / "__init__.py").is_file()
    assert not (folder / "vendor" / "contracts").is_symlink()
    assert not (folder / "tests").exists()
    assert not (folder / ".chalice" / "deployed").exists()


def test_an_unknown_variable_stops_the_deploy_and_is_named(repository: Path) -> None:
    without_bus = {name: value for name, value in VARIABLES.items() if name != "BUS"}
    with pytest.raises(NotRendered, match="BUS"):
        rendered(repository, without_bus)


def test_an_unknown_service_is_answered_with_those_that_exist(repository: Path) -> None:
    with pytest.raises(NotRendered, match="posts"):
        rendered(repository, service="nothing")
    assert services(repository) == ["posts"]


def test_what_an_earlier_rendering_left_is_gone(repository: Path) -> None:
    folder = rendered(repository).folder
    (folder / "stale.py").write_text("")
    assert not (rendered(repository).folder / "stale.py").exists()


@pytest.mark.parametrize(
    "changed",
    ["services/posts/app.py", "services/posts/.chalice/policy-relay.json", "contracts/contracts/__init__.py"],
)
def test_a_change_of_code_policy_or_contracts_is_a_new_fingerprint(changed: str, repository: Path) -> None:
    before = fingerprint(rendered(repository).folder)
    (repository / changed).write_text((repository / changed).read_text() + "\n")
    assert fingerprint(rendered(repository).folder) != before


def test_a_changed_variable_is_a_new_fingerprint_and_a_changed_test_is_not(repository: Path) -> None:
    before = fingerprint(rendered(repository).folder)
    (repository / "services" / "posts" / "tests" / "test_app.py").write_text("changed")
    assert fingerprint(rendered(repository).folder) == before
    other = VARIABLES | {"TABLE_POSTS": "elsewhere"}
    assert fingerprint(rendered(repository, other).folder) != before


def test_a_changed_deploy_tool_is_a_new_fingerprint(repository: Path) -> None:
    folder = rendered(repository).folder
    tool = repository / "infra" / "deploy"
    tool.mkdir(parents=True)
    before = fingerprint(folder, repository)
    (tool / "event_sources.py").write_text("")
    assert fingerprint(folder, repository) != before


def test_the_operators_tools_are_in_no_service_and_deploy_none(repository: Path) -> None:
    before = fingerprint(rendered(repository).folder)
    replay = repository / "contracts" / "contracts" / "replay"
    replay.mkdir()
    (replay / "__main__.py").write_text("import typer")
    folder = rendered(repository).folder
    assert not (folder / OPERATORS).exists()
    assert (replay / "__main__.py").exists(), "only the copy is stripped"
    assert fingerprint(folder) == before
