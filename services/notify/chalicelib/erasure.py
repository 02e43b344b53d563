"""Erasure: the inbox and devices of a person who deleted their account go, and what names them at others."""

from dataclasses import dataclass
from typing import Protocol

from contracts.transport.erasing import PAGE, Leaver, Step

from chalicelib.model import Device
from chalicelib.pushing import Push


class Leavings(Protocol):
    """What is kept of people."""

    def forget(self, leaver: Leaver) -> None:
        """Put a tombstone in a person's place, and remove their open sockets."""

    def devices_of(self, user_id: str) -> list[Device]:
        """Return the devices of a person."""

    def remove(self, user_id: str, device_id: str) -> Device | None:
        """Forget a device of a person; return it if it was theirs."""

    def clear_inbox(self, user_id: str, after: str | None, limit: int) -> str | None:
        """Remove some of a person's notifications; return where the next ones start."""

    def clear_named(self, user_id: str, after: str | None, limit: int) -> str | None:
        """Remove some notifications that name a person, whose ever; return where the next ones start."""


@dataclass(frozen=True)
class Erasure:
    """Erases what is kept of a person; each step does one page, and may be done again."""

    leavings: Leavings
    push: Push

    def steps(self) -> dict[str, Step]:
        """Return all there is to do, in order: once the person is forgotten, nothing new comes."""
        return {
            "person": self._person,
            "devices": self._devices,
            "named": lambda leaver, after: self.leavings.clear_named(leaver.id, after, PAGE),
            "inbox": lambda leaver, after: self.leavings.clear_inbox(leaver.id, after, PAGE),
        }

    def _person(self, leaver: Leaver, _after: str | None) -> None:
        self.leavings.forget(leaver)

    def _devices(self, leaver: Leaver, _after: str | None) -> None:
        """Forget the devices here last: the push service is told again if it did not answer."""
        for device in self.leavings.devices_of(leaver.id):
            self.push.forget(device)
            self.leavings.remove(leaver.id, device.id)
