from chalicelib.conversation import Speaker
from chalicelib.store import speakers
from chalicelib.store.speakers import REMEMBERED_SECONDS, RememberedSpeakers
from tests.fakes import socket


class Counted:
    def __init__(self) -> None:
        self.asked: list[str] = []
        self.known: dict[str, Speaker] = {}

    def speaker(self, connection_id: str) -> Speaker | None:
        self.asked.append(connection_id)
        return self.known.get(connection_id)


def test_a_speaker_is_asked_for_once_in_five_minutes() -> None:
    source, now = Counted(), [0.0]
    source.known["s1"] = Speaker(socket("s1"), "ja")
    remembered = RememberedSpeakers(source, lambda: now[0])
    for now[0] in (0.0, 1.0, REMEMBERED_SECONDS - 1):
        assert remembered.speaker("s1") == source.known["s1"]
    assert source.asked == ["s1"]
    del source.known["s1"]
    now[0] = REMEMBERED_SECONDS
    assert remembered.speaker("s1") is None


def test_a_speaker_who_is_not_known_yet_is_asked_for_again() -> None:
    source = Counted()
    remembered = RememberedSpeakers(source)
    assert remembered.speaker("s1") is None
    source.known["s1"] = Speaker(socket("s1"), "ja")
    assert remembered.speaker("s1")


def test_no_more_speakers_are_remembered_than_fit() -> None:
    source = Counted()
    names = [f"s{number}" for number in range(speakers.REMEMBERED + 1)]
    source.known = {name: Speaker(socket(name), "ja") for name in names}
    remembered = RememberedSpeakers(source)
    for name in [*names, names[0], names[-1]]:
        remembered.speaker(name)
    assert source.asked == [*names, names[0]]
