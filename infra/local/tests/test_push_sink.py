import httpx
import pytest

from infra.local import push_sink


@pytest.fixture
def sink() -> httpx.AsyncClient:
    push_sink._kept.clear()
    return httpx.AsyncClient(transport=httpx.ASGITransport(push_sink.app), base_url="http://sink")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


pytestmark = pytest.mark.anyio


async def test_a_device_finds_its_own_notifications_oldest_first(sink: httpx.AsyncClient) -> None:
    for token, title in (("aiko", "一"), ("ben", "二"), ("aiko", "三")):
        answer = await sink.post("/push", json={"token": token, "title": title})
        assert answer.status_code == 202
    found = (await sink.get("/push", params={"token": "aiko"})).json()
    assert [push["title"] for push in found] == ["一", "三"]


async def test_what_is_no_notification_is_refused(sink: httpx.AsyncClient) -> None:
    assert (await sink.post("/push", content=b"{")).status_code == 400
    assert (await sink.post("/push", json=["token"])).status_code == 400
    assert (await sink.post("/push", json={"title": "no token"})).status_code == 400


async def test_a_notification_of_the_largest_size_is_kept_and_one_byte_more_is_refused(
    sink: httpx.AsyncClient,
) -> None:
    empty = len(b'{"token":"a","body":""}')
    largest = {"token": "a", "body": "x" * (push_sink.LARGEST - empty)}
    assert (await sink.post("/push", json=largest)).status_code == 202
    largest["body"] += "x"
    assert (await sink.post("/push", json=largest)).status_code == 413


async def test_other_paths_are_not_there(sink: httpx.AsyncClient) -> None:
    assert (await sink.get("/")).status_code == 404
