"""Conversation: answers what a client says on its socket."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracts.http.problems import INTERNAL, Problem

from chalicelib import frames
from chalicelib.closing import Closing
from chalicelib.frames import BadFrame, Frame
from chalicelib.model import Address, Socket
from chalicelib.problems import SOCKET_EXPIRED, UNKNOWN_FRAME
from chalicelib.sending import Gone, Sender

logger = logging.getLogger("hidoki.rtc.conversation")


@dataclass(frozen=True)
class Speaker:
    """Who speaks: an open socket and the language of its person."""

    socket: Socket
    language: str


class Speakers(Protocol):
    """Who is on the other end."""

    def speaker(self, connection_id: str) -> Speaker | None:
        """Return whose open socket that is, None if it is closed or unknown."""


@dataclass(frozen=True)
class Conversation:
    """Answers frames, one at a time."""

    speakers: Speakers
    sender: Sender
    close: Closing

    def __call__(self, address: Address, text: str, now: datetime) -> None:
        """Answer one frame; a socket that has expired, or that we don't know, hears so and is closed."""
        speaker = self.speakers.speaker(address.connection_id)
        try:
            if speaker is None or speaker.socket.expired(now):
                self._dismiss(address, speaker, now)
            else:
                self.sender.send(address, self._answer(text, speaker.language))
        except Gone:
            logger.info("the client left before it was answered")

    def _answer(self, text: str, language: str) -> str:
        try:
            frame = frames.parse(text)
        except BadFrame as bad:
            return frames.error(bad, bad.frame_id, language)
        try:
            return self._reply(frame)
        except Problem as problem:
            return frames.error(problem, frame.id, language)
        except Exception:
            logger.exception("failed on a frame of type %s", frame.type)
            return frames.error(Problem(INTERNAL), frame.id, language)

    @staticmethod
    def _reply(frame: Frame) -> str:
        if frame.type == "ping":
            return frames.pong(frame)
        raise Problem(UNKNOWN_FRAME, "Send frames of type `ping`.")

    def _dismiss(self, address: Address, speaker: Speaker | None, now: datetime) -> None:
        language = speaker.language if speaker else "en"
        problem = Problem(SOCKET_EXPIRED, "Ask POST /v1/sockets for a new URL.")
        self.sender.send(address, frames.error(problem, None, language))
        self.sender.hang_up(address)
        if speaker:
            self.close(speaker.socket, now, now)
