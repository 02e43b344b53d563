"""The port through which frames reach clients."""

from typing import Protocol

from chalicelib.model import Address


class Gone(Exception):
    """There is no such connection (any more)."""


class Sender(Protocol):
    """Reaches clients by their address."""

    def send(self, address: Address, frame: str) -> None:
        """Send a frame.

        Raises
        ------
        Gone
            If nobody is there.
        """

    def hang_up(self, address: Address) -> None:
        """Close a connection; nothing if it is closed."""
