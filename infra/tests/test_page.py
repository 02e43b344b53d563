"""Where the page goes, what it is told there, and how long it is kept."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra import page
from infra.page import config_for, content_type, forget_old, install_page, page_mark, upload_page
from infra.stages import Stage

VARIABLES = {
    "USER_POOL_ID": "pool",
    "CLIENT_ID": "client",
    "WEBSOCKET_URL": "wss://abc.execute-api.ap-northeast-1.amazonaws.com/api",
}


class Cloud:
    """S3 and CloudFront clients that remember what they were told."""

    def __init__(self) -> None:
        self.objects: list[dict[str, Any]] = []
        self.invalidated: list[dict[str, Any]] = []

    def put_object(self, **request: Any) -> None:
        self.objects.append(request)

    def create_invalidation(self, **request: Any) -> None:
        self.invalidated.append(request)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    for name in ("assets/index-1a2b.js", "assets/index-3c4d.css", "icon.svg", "index.html"):
        (tmp_path / name).write_text(name)
    return tmp_path


def test_what_is_named_by_its_content_is_kept_for_ever_and_the_rest_asked_for_anew(built: Path) -> None:
    s3 = Cloud()
    upload_page(s3, "site", built, {})
    kept = {put["Key"]: put["CacheControl"] for put in s3.objects}
    assert {key for key, control in kept.items() if "immutable" in control} == {
        "assets/index-1a2b.js",
        "assets/index-3c4d.css",
    }
    assert {key for key, control in kept.items() if control == "no-cache"} == {
        "config.json",
        "icon.svg",
        "index.html",
    }


def test_the_index_comes_last_as_it_names_all_others(built: Path) -> None:
    s3 = Cloud()
    upload_page(s3, "site", built, {"region": "ap-northeast-1"})
    assert [put["Key"] for put in s3.objects][-2:] == ["config.json", "index.html"]
    assert json.loads(s3.objects[-2]["Body"]) == {"region": "ap-northeast-1"}
    assert {put["Bucket"] for put in s3.objects} == {"site"}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("assets/index-1a2b.js", "text/javascript; charset=utf-8"),
        ("assets/index-3c4d.css", "text/css; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
        ("config.json", "application/json"),
        ("LICENSE", "application/octet-stream"),
    ],
)
def test_every_file_says_what_it_is(key: str, expected: str) -> None:
    assert content_type(key) == expected


@pytest.mark.usefixtures("on_aws")
def test_on_aws_the_page_speaks_to_cognito_and_the_sockets_themselves() -> None:
    assert config_for(Stage("prod", "eu-west-1"), VARIABLES) == {
        "region": "eu-west-1",
        "userPoolId": "pool",
        "clientId": "client",
        "cognitoUrl": "https://cognito-idp.eu-west-1.amazonaws.com",
        "websocketUrl": VARIABLES["WEBSOCKET_URL"],
    }


def test_the_local_page_finds_its_cloud_where_the_ports_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIDOKI_PORT_OFFSET", "100")
    config = config_for(Stage("local"), VARIABLES)
    assert config["cognitoUrl"] == "http://127.0.0.1:4666"
    assert config["websocketUrl"] == "ws://127.0.0.1:8180/ws"


def test_another_configuration_is_another_page() -> None:
    assert page_mark({"clientId": "a"}) == page_mark({"clientId": "a"})
    assert page_mark({"clientId": "a"}) != page_mark({"clientId": "b"})


def test_the_cdn_forgets_the_names_that_stay_and_each_time_anew() -> None:
    cdn = Cloud()
    forget_old(cdn, "E1")
    forget_old(cdn, "E1")
    first, second = (request["InvalidationBatch"] for request in cdn.invalidated)
    assert first["Paths"] == {"Quantity": 3, "Items": ["/index.html", "/config.json", "/docs/*"]}
    assert first["CallerReference"] != second["CallerReference"]
    assert cdn.invalidated[0]["DistributionId"] == "E1"


def test_without_npm_the_message_says_where_it_comes_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "package-lock.json").write_text("{}")
    monkeypatch.setattr(page, "UI", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(page.PageFailed, match=r"bootstrap\.sh"):
        install_page()
