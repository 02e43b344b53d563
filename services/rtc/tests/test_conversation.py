import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from chalicelib.closing import Closing
from chalicelib.conversation import Conversation
from chalicelib.frames import FRAME_ID_LIMIT, FRAME_LIMIT
from tests.fakes import NOW, FakeSender, FakeSockets, address, socket


class World:
    def __init__(self, language: str = "en", lives: timedelta = timedelta(hours=1)) -> None:
        self.sockets, self.sender = FakeSockets(), FakeSender("s1")
        self.socket = socket("s1", lives=lives)
        self.sockets.join(self.socket)
        self.sockets.open(self.socket, language, NOW)
        self.conversation = Conversation(self.sockets, self.sender, Closing(self.sockets))

    def say(self, text: str, now: datetime = NOW) -> dict[str, Any]:
        self.conversation(address("s1"), text, now)
        answer: dict[str, Any] = json.loads(self.sender.sent[-1][1])
        return answer


def frame(**fields: object) -> str:
    return json.dumps({"type": "ping", "id": "1", **fields})


def slug(answer: dict[str, Any]) -> str:
    return str(answer["data"]["problem"]["type"]).rpartition(":")[2]


def test_a_ping_is_answered_with_a_pong_of_the_same_id() -> None:
    assert World().say(frame(id="42")) == {"type": "pong", "id": "42", "data": {}}


def test_a_ping_may_bring_data() -> None:
    assert World().say(frame(data={"at": 1}))["type"] == "pong"


@pytest.mark.parametrize("text", ["", "{", "None", "\x00", "[" * 30_000])
def test_a_frame_that_is_no_json_is_a_problem(text: str) -> None:
    answer = World().say(text)
    assert (answer["type"], slug(answer)) == ("error", "malformed")
    assert answer["id"]


@pytest.mark.parametrize(
    "text",
    ["[]", "1", "null", frame(id=""), frame(id=7), frame(type=None), frame(data=[]), frame(extra=1)],
)
def test_a_frame_of_another_shape_is_a_problem_that_names_the_field(text: str) -> None:
    answer = World().say(text)
    assert slug(answer) == "invalid"
    assert answer["data"]["problem"]["errors"]


def test_a_problem_has_the_id_of_the_frame_it_is_about() -> None:
    assert World().say(frame(id="9", extra=1))["id"] == "9"
    assert World().say(frame(id="10", type="shout"))["id"] == "10"


def test_an_unknown_type_of_frame_is_a_problem() -> None:
    assert slug(World().say(frame(type="shout"))) == "unknown-frame"


def test_a_frame_id_of_64_characters_is_taken_and_of_65_refused() -> None:
    assert World().say(frame(id="x" * FRAME_ID_LIMIT))["type"] == "pong"
    assert slug(World().say(frame(id="x" * (FRAME_ID_LIMIT + 1)))) == "invalid"


def test_a_frame_of_32_kilobytes_is_taken_and_one_byte_more_refused() -> None:
    room = FRAME_LIMIT - len(frame(data={"t": ""}))
    assert World().say(frame(data={"t": "x" * room}))["type"] == "pong"
    assert slug(World().say(frame(data={"t": "x" * (room + 1)}))) == "too-large"


def test_a_frames_size_is_counted_in_bytes() -> None:
    text = '{"type":"ping","id":"1","data":{"t":"' + "あ" * (FRAME_LIMIT // 3) + '"}}'
    assert slug(World().say(text)) == "too-large"


def test_problems_speak_the_language_that_the_socket_was_opened_with() -> None:
    assert World("ja").say("{")["data"]["problem"]["title"] == "リクエストを読み取れません"


def test_a_socket_that_has_expired_hears_so_and_is_closed() -> None:
    world = World(lives=timedelta(minutes=2))
    assert world.say(frame(), now=NOW + timedelta(seconds=59))["type"] == "pong"
    answer = world.say(frame(), now=NOW + timedelta(minutes=1))
    assert slug(answer) == "socket-expired"
    assert world.sender.hung_up == ["s1"]
    assert world.sockets.events[-1] == ("closed", "s1", NOW + timedelta(minutes=1))
    assert world.sockets.people["aiko"] == []


def test_a_socket_that_was_closed_behind_the_clients_back_hears_that_it_must_connect_again() -> None:
    world = World()
    world.sockets.close(world.socket, NOW, NOW)
    assert slug(world.say(frame())) == "socket-expired"
    assert world.sender.hung_up == ["s1"]


def test_a_client_that_leaves_before_it_is_answered_harms_nothing() -> None:
    world = World()
    world.sender.present.clear()
    world.conversation(address("s1"), frame(), NOW)
    assert world.sender.sent == []
