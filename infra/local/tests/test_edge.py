"""The page's origin, on the running local cloud."""

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from infra.local.place import SERVICES, Place

pytestmark = pytest.mark.cloud
# The first request after a deploy starts the function.
COLD = 30.0


@pytest.fixture
def origin() -> httpx.Client:
    return httpx.Client(base_url=Place.from_environment().page, timeout=COLD)


def test_the_page_and_what_it_reads_first_are_served(origin: httpx.Client) -> None:
    page = origin.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert "content-security-policy" in page.headers
    config = origin.get("/config.json").json()
    assert config["userPoolId"]
    assert config["clientId"]


def test_a_path_of_the_page_itself_answers_with_the_page(origin: httpx.Client) -> None:
    assert origin.get("/profiles/aiko").content == origin.get("/").content


@pytest.mark.parametrize("service", SERVICES)
def test_every_api_is_behind_the_same_origin(origin: httpx.Client, service: str) -> None:
    assert origin.get(f"/api/{service}/v1/health").json() == {"service": service, "status": "ok"}


def test_an_error_of_an_api_stays_one(origin: httpx.Client) -> None:
    assert origin.get("/api/posts/v1/timelines/home").status_code == 401
    assert origin.get("/api/posts/v1/nothing-here").status_code == 404


def test_a_file_that_is_not_there_is_no_page(origin: httpx.Client) -> None:
    assert origin.get("/media/nothing/display.webp").status_code in (403, 404)


def test_a_body_is_carried_whole(origin: httpx.Client) -> None:
    # Refused for want of a token, after all of it was read.
    answer = origin.post("/api/posts/v1/posts", json={"text": "も" * 100_000})
    assert answer.status_code == 401


def test_a_socket_without_a_ticket_is_refused(origin: httpx.Client) -> None:
    address = Place.from_environment().page.replace("http", "ws", 1) + "/ws"
    with pytest.raises(InvalidStatus) as refused, connect(address, open_timeout=COLD):
        pass
    assert refused.value.response.status_code == 403
