"""Fingerprints, the gaps of the emulator, and the addresses that the CDN is given."""

import shutil
from pathlib import Path

import pytest

from infra.cdk.settings import Settings
from infra.local.place import REPOSITORY
from infra.provision.gaps import without_gaps
from infra.provision.origins import edge_parameters
from infra.provision.synthesis import SOURCES, fingerprint
from infra.stages import Stage, variable
from infra.tests.conftest import Synthesised


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    for pattern in SOURCES:
        for path in REPOSITORY.glob(pattern):
            target = tmp_path / path.relative_to(REPOSITORY)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return tmp_path


def test_the_same_sources_have_the_same_fingerprint(sources: Path) -> None:
    assert fingerprint(Settings("prod"), sources) == fingerprint(Settings("prod"), sources)


@pytest.mark.parametrize(
    "changed", ["infra/cdk/tables.py", "infra/provision/gaps.py", "contracts/contracts/events/consumers.py"]
)
def test_a_changed_source_changes_the_fingerprint(changed: str, sources: Path) -> None:
    before = fingerprint(Settings("prod"), sources)
    with (sources / changed).open("a") as file:
        file.write("\n")
    assert fingerprint(Settings("prod"), sources) != before


def test_another_stage_or_setting_is_another_fingerprint(sources: Path) -> None:
    marks = {
        fingerprint(settings, sources)
        for settings in (Settings("prod"), Settings("test"), Settings("prod", receives=3))
    }
    assert len(marks) == 3


def test_what_the_emulator_cannot_make_leaves_the_template_and_exports_what_it_needs(
    local: Synthesised,
) -> None:
    kept = without_gaps(local.core.body)
    types = {resource["Type"] for resource in kept["Resources"].values()}
    assert "AWS::Events::Archive" not in types
    assert len(local.core.body["Resources"]) - len(kept["Resources"]) == 1
    ((name, output),) = kept["Outputs"].items()
    assert name.endswith("SourceArn")
    assert output["Value"]["Fn::GetAtt"][1] == "Arn"


def test_the_template_for_aws_is_left_as_it_is(prod: Synthesised) -> None:
    without_gaps(prod.core.body)
    assert len(prod.core.of("AWS::Events::Archive")) == 1


def test_a_parameter_becomes_a_variable_by_rule() -> None:
    stage = Stage("local")
    assert variable(stage, "/hidoki/local/table/posts") == "TABLE_POSTS"
    assert variable(stage, "/hidoki/local/queue/posts-fanout/arn") == "QUEUE_POSTS_FANOUT_ARN"
    assert variable(stage, "/hidoki/local/user-pool-id") == "USER_POOL_ID"


@pytest.mark.usefixtures("on_aws")
def test_on_aws_the_cdn_is_sent_to_the_apis_host_and_stage() -> None:
    found = edge_parameters(
        Stage("prod"),
        {
            "API_POSTS_URL": "https://abc123.execute-api.ap-northeast-1.amazonaws.com/api",
            "WEBSOCKET_URL": "wss://def456.execute-api.ap-northeast-1.amazonaws.com/api",
            "MEDIA_BUCKET": "hidoki-prod-media-1",
        },
    )
    assert found["PostsHost"] == "abc123.execute-api.ap-northeast-1.amazonaws.com"
    assert found["PostsPath"] == "/api"
    assert found["OriginPort"] == "443"
    assert "wss://def456.execute-api.ap-northeast-1.amazonaws.com" in found["ConnectSources"].split()
    assert "https://cognito-idp.ap-northeast-1.amazonaws.com" in found["ConnectSources"].split()


def test_on_an_emulator_the_cdn_is_sent_to_its_port_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    url = "http://127.0.0.1:4566/restapis/abc/api/_user_request_"
    found = edge_parameters(Stage("local"), {"API_CHAT_URL": url})
    assert found["ChatHost"] == "localhost"
    assert found["ChatPath"] == "/restapis/abc/api/_user_request_"
    assert found["OriginPort"] == "4566"


def test_the_local_stage_never_leaves_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
        monkeypatch.setenv(name, "https://elsewhere.example")
    for name in ("AWS_DEFAULT_REGION", "AWS_EC2_METADATA_DISABLED", "HIDOKI_PORT_OFFSET"):
        monkeypatch.setenv(name, "")
    stage = Stage.select("local")
    endpoint: str = stage.client("sqs").meta.endpoint_url
    assert endpoint.startswith("http://127.0.0.1:")
