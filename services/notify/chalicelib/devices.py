"""Devices: where pushes go, each registered by its token and belonging to one person at a time."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from chalicelib.model import DEVICES, AccountDeleted, Device, DeviceUnknown, Platform
from chalicelib.pushing import Push


class DeviceStore(Protocol):
    """Keeps devices."""

    def register(self, user_id: str, device: Device, at: datetime) -> None:
        """Give a device to a person, taking it from whoever had it."""

    def oldest_first(self, user_id: str) -> list[Device]:
        """Return the devices of a person, the one registered longest ago first."""

    def remove(self, user_id: str, device_id: str) -> Device | None:
        """Forget a device of a person; return it if it was theirs."""

    def left(self, ids: Collection[str]) -> Collection[str]:
        """Return those of the people who have deleted their account."""


@dataclass(frozen=True)
class Devices:
    """What people do with their devices."""

    store: DeviceStore
    push: Push
    now: Callable[[], datetime]

    def register(self, user_id: str, platform: Platform, token: str) -> Device:
        """Register a device; the same token again is the same device.

        Raises
        ------
        AccountDeleted
            If the person has deleted their account.
        """
        if self.store.left([user_id]):
            raise AccountDeleted
        device = Device.of(platform, token)
        device = replace(device, address=self.push.address(device))
        self.store.register(user_id, device, self.now())
        for surplus in self.store.oldest_first(user_id)[:-DEVICES]:
            self.remove(user_id, surplus.id)
        return device

    def remove(self, user_id: str, device_id: str) -> None:
        """Forget a device.

        Raises
        ------
        DeviceUnknown
            If the person has no such device.
        """
        device = self.store.remove(user_id, device_id)
        if device is None:
            raise DeviceUnknown
        self.push.forget(device)
