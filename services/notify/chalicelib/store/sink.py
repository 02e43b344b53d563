"""Pushes to the local push sink, which stands in for the phones."""

import json
from dataclasses import dataclass
from urllib.request import Request, urlopen

from chalicelib.model import Device
from chalicelib.pushing import Message

_SECONDS = 5


@dataclass(frozen=True)
class SinkPush:
    """A push service that hands everything to one address by HTTP.

    Parameters
    ----------
    url
        Where to post a push; one of our own settings, never a client's.
    """

    url: str

    def address(self, device: Device) -> str | None:  # noqa: ARG002
        """Return nothing: the sink goes by tokens."""
        return None

    def send(self, device: Device, message: Message) -> None:
        """Send a message to a device; anything but a 2xx answer raises."""
        push = {
            "token": device.token,
            "platform": device.platform,
            "title": message.title,
            "body": message.body,
            "data": dict(message.data),
            "collapse_key": message.collapse_key,
        }
        request = Request(  # noqa: S310
            self.url, json.dumps(push).encode(), {"Content-Type": "application/json"}, method="POST"
        )
        with urlopen(request, timeout=_SECONDS):  # noqa: S310
            pass

    def forget(self, device: Device) -> None:
        """Do nothing: the sink keeps no devices."""
