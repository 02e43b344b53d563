"""Remembers who is on a connection, so that a ping seldom touches the table."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from chalicelib.conversation import Speaker, Speakers

REMEMBERED_SECONDS = 300.0
"""Who is there never changes: only a close behind our back is seen this late."""

REMEMBERED = 1_000
"""Speakers of one function process at most."""


@dataclass(frozen=True)
class RememberedSpeakers:
    """Asks `source` once, then answers from memory for a while; who is unknown is asked for again."""

    source: Speakers
    clock: Callable[[], float] = time.monotonic
    _known: OrderedDict[str, tuple[float, Speaker]] = field(default_factory=OrderedDict)

    def speaker(self, connection_id: str) -> Speaker | None:
        """Return whose open socket that is, None if it is closed or unknown."""
        read_at, speaker = self._known.get(connection_id, (float("-inf"), None))
        if speaker and self.clock() - read_at < REMEMBERED_SECONDS:
            return speaker
        speaker = self.source.speaker(connection_id)
        if speaker is None:
            self._known.pop(connection_id, None)
            return None
        self._known[connection_id] = (self.clock(), speaker)
        self._known.move_to_end(connection_id)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return speaker
