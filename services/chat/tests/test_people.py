"""The read model of people, fed in any order."""

from chalicelib.people import People
from contracts.events.envelope import Event, event
from contracts.events.posts import ProfileCreatedV1, ProfileData, ProfileUpdatedV1
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes import NOON, MemoryChannels


def profile(sequence: int) -> Event[ProfileData]:
    kind = ProfileCreatedV1 if sequence == 1 else ProfileUpdatedV1
    data: ProfileData = kind(user_id="aiko-id", handle=f"aiko{sequence}", name=f"愛子 {sequence}")
    return event(data, source="hidoki.posts", subject="profile/aiko-id", sequence=sequence, time=NOON)


@given(st.lists(st.integers(1, 9), min_size=1))
def test_the_newest_name_stays_in_any_order_and_however_often_it_comes(sequences: list[int]) -> None:
    table = MemoryChannels()
    for sequence in sequences:
        People(table).learn(profile(sequence))
    assert table.people(["aiko-id"])["aiko-id"].name == f"愛子 {max(sequences)}"
