"""New code or settings of a function leave running invocations alone.

On AWS the old execution environments finish what they began and take nothing new. MiniStack kills them, and
their callers get an error in the middle of a deploy.
"""

from typing import Any

from ministack.core import lambda_runtime as runtime
from ministack.services import lambda_svc


def apply() -> None:
    """Retire workers instead of killing them; end each when its invocation is done."""
    acquire, release = runtime.acquire_worker, runtime.release_worker

    def acquire_current(name: str, config: dict[str, Any], code: bytes, **options: Any) -> tuple[Any, str]:
        while True:
            worker, reason = acquire(name, config, code, **options)
            if worker is None or _runs(worker, config, code):
                return worker, reason
            # An invocation that began before the deploy left an old environment behind.
            _drop(worker)
            release_or_end(worker)

    def release_or_end(worker: Any) -> None:
        release(worker)
        if getattr(worker, "retired", False):
            runtime.kill_workers([worker])

    for module in (runtime, lambda_svc):
        module.acquire_worker = acquire_current
        module.release_worker = release_or_end
        module.invalidate_worker = retire


def retire(
    name: str, qualifier: str | None = None, account: str | None = None, region: str | None = None
) -> None:
    """Take a function's workers out of the pool; idle ones end now, busy ones when they are done."""
    wanted = (account, region, name, qualifier)
    with runtime._lock:
        keys = [
            key
            for key in runtime._workers
            if all(want in (None, part) for want, part in zip(wanted, key.split(":", 3), strict=True))
        ]
        leaving = [worker for key in keys for worker in runtime._workers.pop(key)]
        for worker in leaving:
            worker.retired = True
        idle = [worker for worker in leaving if not worker.in_use or _failed(worker)]
    runtime.kill_workers(idle)


def _runs(worker: Any, config: dict[str, Any], code: bytes) -> bool:
    return worker.code_zip is code and worker.config.get("Environment") == config.get("Environment")


def _failed(worker: Any) -> bool:
    """Tell whether the caller is the invocation whose worker did not start: nobody will release it."""
    return not worker._lock.locked() and (worker._proc is None or worker._proc.poll() is not None)


def _drop(worker: Any) -> None:
    with runtime._lock:
        worker.retired = True
        for entries in runtime._workers.values():
            if worker in entries:
                entries.remove(worker)
