"""Registering devices, once per token and for one person at a time."""

from datetime import timedelta

import pytest
from chalicelib.model import DEVICES, DeviceUnknown
from tests.fakes import AIKO, BEN, Notify


def tokens(notify: Notify, user_id: str) -> list[str]:
    """Return the tokens of a person's devices, oldest first."""
    return [device.token for device in notify.readers.oldest_first(user_id)]


def test_a_device_is_known_to_the_push_service(notify: Notify) -> None:
    device = notify.devices.register(AIKO.id, "ios", "token")
    assert device.address == "address-of-token"
    assert notify.push.known == {"token"}


def test_the_same_token_is_the_same_device(notify: Notify) -> None:
    first = notify.devices.register(AIKO.id, "ios", "token")
    assert notify.devices.register(AIKO.id, "ios", "token") == first
    assert notify.devices.register(AIKO.id, "android", "token") != first
    assert len(tokens(notify, AIKO.id)) == 2


def test_a_token_that_another_person_registers_is_theirs(notify: Notify) -> None:
    device = notify.devices.register(AIKO.id, "ios", "token")
    notify.devices.register(BEN.id, "ios", "token")
    assert (tokens(notify, AIKO.id), tokens(notify, BEN.id)) == ([], ["token"])
    with pytest.raises(DeviceUnknown):
        notify.devices.remove(AIKO.id, device.id)
    assert tokens(notify, BEN.id) == ["token"]


def test_a_removed_device_is_forgotten_by_the_push_service_too(notify: Notify) -> None:
    device = notify.devices.register(AIKO.id, "ios", "token")
    notify.devices.remove(AIKO.id, device.id)
    assert not tokens(notify, AIKO.id)
    assert not notify.push.known


def test_another_persons_device_is_not_there_to_be_removed(notify: Notify) -> None:
    device = notify.devices.register(AIKO.id, "ios", "token")
    with pytest.raises(DeviceUnknown):
        notify.devices.remove(BEN.id, device.id)
    assert notify.push.known == {"token"}


def test_a_person_has_20_devices_and_one_more_forgets_the_oldest(notify: Notify) -> None:
    for number in range(DEVICES):
        notify.devices.register(AIKO.id, "ios", f"token-{number}")
        notify.clock.advance(timedelta(seconds=1))
    assert len(tokens(notify, AIKO.id)) == DEVICES
    notify.devices.register(AIKO.id, "ios", "one-more")
    assert tokens(notify, AIKO.id) == [f"token-{number}" for number in range(1, DEVICES)] + ["one-more"]
    assert "token-0" not in notify.push.known
