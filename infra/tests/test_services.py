"""Every service's configuration, policies and package keep the rules of `infra/README.md`."""

import json
import re
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from infra.cdk.settings import FUNCTION_TIMEOUT_SECONDS
from infra.deploy.packaging import IN_RUNTIME, build_zip
from infra.deploy.render import PLACEHOLDER, render, services
from infra.local.place import REPOSITORY
from infra.stages import Stage

NO_RESOURCES = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
"""Actions that know no resources: IAM takes them with `*` only."""

LONGEST_STAGE = "staging-ap-northeast-1"
LAMBDA_ZIP_BYTES = 50 * 1024 * 1024

ALL = services()


def settings(service: str) -> Path:
    return REPOSITORY / "services" / service / ".chalice"


def stage_config(service: str) -> dict[str, Any]:
    config = json.loads((settings(service) / "config.json").read_text())
    found: dict[str, Any] = config["stages"]["${STAGE}-${REGION}"]
    return found


def statements(service: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(settings(service).glob("policy-*.json")):
        for statement in json.loads(path.read_text())["Statement"]:
            yield path.name, statement


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


@pytest.mark.parametrize("service", ALL)
def test_policies_are_written_not_generated(service: str) -> None:
    config = json.loads((settings(service) / "config.json").read_text())
    assert config["autogen_policy"] is False
    assert config["app_name"] == f"hidoki-{service}"


@pytest.mark.parametrize("service", ALL)
def test_every_function_has_a_policy_of_its_own(service: str) -> None:
    functions = stage_config(service)["lambda_functions"]
    assert "api_handler" in functions
    for name, function in functions.items():
        assert function["iam_policy_file"] == f"policy-{name}.json"
        assert (settings(service) / function["iam_policy_file"]).is_file()


@pytest.mark.parametrize("service", ALL)
def test_no_policy_is_left_that_no_function_uses(service: str) -> None:
    used = {function["iam_policy_file"] for function in stage_config(service)["lambda_functions"].values()}
    assert {path.name for path in settings(service).glob("policy-*.json")} == used


@pytest.mark.parametrize("service", ALL)
def test_no_policy_allows_every_action_of_a_service(service: str) -> None:
    for name, statement in statements(service):
        for action in listed(statement["Action"]):
            assert "*" not in action, f"{name}: {action}"


@pytest.mark.parametrize("service", ALL)
def test_no_policy_reaches_every_resource(service: str) -> None:
    for name, statement in statements(service):
        if set(listed(statement["Action"])) <= NO_RESOURCES:
            continue
        for resource in listed(statement["Resource"]):
            parts = PLACEHOLDER.sub("x", resource).split(":", 5)
            assert resource != "*", name
            assert len(parts) == 1 or parts[-1] != "*", f"{name}: {resource}"


@pytest.mark.parametrize("service", ALL)
def test_every_function_may_write_its_own_log(service: str) -> None:
    functions = stage_config(service)["lambda_functions"]
    for function in functions:
        name = f"hidoki-{service}-${{STAGE}}-${{REGION}}"
        if function != "api_handler":
            name += f"-{function}"
        policy = json.loads((settings(service) / f"policy-{function}.json").read_text())
        allowed = [
            resource
            for statement in policy["Statement"]
            if "logs:PutLogEvents" in listed(statement["Action"])
            for resource in listed(statement["Resource"])
        ]
        stream = f"arn:aws:logs:${{REGION}}:${{ACCOUNT}}:log-group:/aws/lambda/{name}:log-stream:x"
        patterns = [resource.replace("[", "[[]") for resource in allowed]
        assert any(fnmatchcase(stream, pattern) for pattern in patterns), f"{function}: {allowed}"


@pytest.mark.parametrize("service", ALL)
def test_every_function_is_traced_and_may_tell_x_ray(service: str) -> None:
    config = json.loads((settings(service) / "config.json").read_text())
    assert config["xray"] is True, "Chalice's word for active tracing of functions and of the API's stage"
    for function in stage_config(service)["lambda_functions"]:
        policy = json.loads((settings(service) / f"policy-{function}.json").read_text())
        allowed = {action for one in policy["Statement"] for action in listed(one["Action"])}
        assert allowed >= NO_RESOURCES, function


@pytest.mark.parametrize("service", ALL)
def test_every_relay_may_keep_the_records_that_its_mapping_gives_up_on(service: str) -> None:
    bucket = "arn:aws:s3:::${STREAM_FAILURES_BUCKET}"
    wanted = {("s3:PutObject", f"{bucket}/aws/lambda/*"), ("s3:ListBucket", bucket)}
    for path in settings(service).glob("policy-relay_*.json"):
        statements = json.loads(path.read_text())["Statement"]
        allowed = {(str(one["Action"]), str(one["Resource"])) for one in statements}
        assert wanted <= allowed, path.name


@pytest.mark.parametrize("service", ALL)
def test_a_queue_hides_a_message_six_times_as_long_as_its_consumer_may_run(service: str) -> None:
    config = stage_config(service)
    for name, function in config["lambda_functions"].items():
        policy = (settings(service) / f"policy-{name}.json").read_text()
        if "sqs:ReceiveMessage" in policy:
            timeout = function.get("lambda_timeout", config.get("lambda_timeout", 60))
            assert timeout <= FUNCTION_TIMEOUT_SECONDS, name


@pytest.mark.parametrize("service", ALL)
def test_the_names_of_functions_fit_into_lambda(service: str) -> None:
    for name in stage_config(service)["lambda_functions"]:
        assert len(f"hidoki-{service}-{LONGEST_STAGE}-{name}") <= 64


@pytest.mark.parametrize("service", ALL)
def test_the_package_holds_the_contracts_and_neither_boto3_nor_tests(service: str, tmp_path: Path) -> None:
    """Fetches the wheels of a service once; later runs find them under `.hidoki/`."""
    named = re.findall(PLACEHOLDER, "".join(p.read_text() for p in settings(service).glob("*.json")))
    variables = dict.fromkeys(named, "x") | {"STAGE": "test", "REGION": "ap-northeast-1"}
    package = build_zip(render(Stage("test"), service, variables, tmp_path / service).folder)
    names = zipfile.ZipFile(package).namelist()
    print(f"{service}: {package.stat().st_size / 1e6:.1f} MB")
    assert {"app.py", "contracts/__init__.py", "contracts/events/envelope.py"} <= set(names)
    tops = {name.split("/")[0] for name in names}
    assert not tops & {*IN_RUNTIME, "tests", "vendor", ".chalice"}
    assert not [name for name in names if "tests" in name.split("/") or "replay" in name.split("/")]
    assert "contracts/events/__pycache__/envelope.cpython-" in " ".join(names), "byte code ships with it"
    assert package.stat().st_size < LAMBDA_ZIP_BYTES
