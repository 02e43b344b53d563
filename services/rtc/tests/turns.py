"""Runs several things at once, one step at a time, in an order that a test chooses."""

import threading
from collections.abc import Callable


class _Worker:
    def __init__(self, task: Callable[[], None]) -> None:
        self.go, self.back = threading.Semaphore(0), threading.Semaphore(0)
        self.failure: Exception | None = None
        self.done = False
        self.thread = threading.Thread(target=self._run, args=(task,), daemon=True)
        self.thread.start()

    def _run(self, task: Callable[[], None]) -> None:
        self.go.acquire()
        try:
            task()
        except Exception as failure:
            self.failure = failure
        self.done = True
        self.back.release()

    def step(self) -> None:
        self.go.release()
        self.back.acquire()


class Turns:
    """A task runs from one `pause()` to the next; `choose(n)` says which of the n unfinished goes on."""

    def __init__(self, choose: Callable[[int], int]) -> None:
        self._choose = choose
        self._current: _Worker | None = None

    def pause(self) -> None:
        """Wait for the next turn, if this is one of the tasks."""
        worker = self._current
        if worker and threading.current_thread() is worker.thread:
            worker.back.release()
            worker.go.acquire()

    def run(self, *tasks: Callable[[], None]) -> None:
        """Run all tasks to their ends."""
        workers = [_Worker(task) for task in tasks]
        unfinished = list(workers)
        while unfinished:
            self._current = unfinished[self._choose(len(unfinished))]
            self._current.step()
            unfinished = [worker for worker in unfinished if not worker.done]
        self._current = None
        for worker in workers:
            if worker.failure:
                raise worker.failure
