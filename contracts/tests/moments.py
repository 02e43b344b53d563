"""Moments: the points between any two calls that code makes of its cloud, where a test may act."""

from collections.abc import Callable


class Crash(BaseException):
    """The process died here."""


class Refused(Exception):
    """The service that was called answers: not now."""


class Moments:
    """Counts the moments that passed, and lets planned things happen when theirs comes."""

    def __init__(self) -> None:
        self.planned: dict[int, Callable[[], None]] = {}
        self.passed = 0
        self.happened = 0

    def __call__(self) -> None:
        self.passed += 1
        if self.planned and (happening := self.planned.pop(self.passed, None)):
            self.happened += 1
            happening()

    def plan(self, ahead: int, happening: Callable[[], None]) -> None:
        """Let something happen so many moments from now; what fails there fails the call."""
        self.planned[self.passed + ahead] = happening

    def around[A](self, call: Callable[[], A]) -> A:
        """Call with a moment before, when nothing is done, and one after, when only the answer is lost."""
        self()
        answer = call()
        self()
        return answer


def crash() -> None:
    """Let the process die."""
    raise Crash


def refuse() -> None:
    """Let the call fail."""
    raise Refused("throttled")
