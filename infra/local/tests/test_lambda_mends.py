import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from infra.local.tests.conftest import Cloud
from infra.local.tests.functions import invoke, make_function, package, until

SLOW = """
import os, time, pathlib
MARK = "{mark}"
def handler(event, context):
    pathlib.Path("{running}").touch()
    time.sleep(1.5)
    return MARK
"""
QUICK = "def handler(event, context):\n    return 'new'\n"


def test_an_invocation_that_runs_while_new_code_arrives_ends_well(cloud: Cloud, tmp_path: Path) -> None:
    running = tmp_path / "running"
    name = make_function(cloud, SLOW.format(mark="old", running=running))
    with ThreadPoolExecutor(1) as pool:
        before = pool.submit(invoke, cloud, name)
        assert until(running.exists)
        cloud.client("lambda").update_function_code(FunctionName=name, ZipFile=package(QUICK))
        assert before.result() == "old"
    assert invoke(cloud, name) == "new"


def test_an_invocation_that_runs_while_settings_change_ends_well(cloud: Cloud, tmp_path: Path) -> None:
    running = tmp_path / "running"
    name = make_function(cloud, SLOW.format(mark="old", running=running))
    with ThreadPoolExecutor(1) as pool:
        before = pool.submit(invoke, cloud, name)
        assert until(running.exists)
        cloud.client("lambda").update_function_configuration(
            FunctionName=name, Environment={"Variables": {"MARK": "set"}}
        )
        assert before.result() == "old"


def test_no_invocation_sees_old_code_once_the_update_is_answered(mended: Cloud) -> None:
    name = make_function(mended, "def handler(event, context):\n    return 0\n")
    stop = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        load = [pool.submit(_invoke_until, mended, name, stop) for _ in range(2)]
        for version in range(1, 4):
            code = package(f"def handler(event, context):\n    return {version}\n")
            mended.client("lambda").update_function_code(FunctionName=name, ZipFile=code)
            assert invoke(mended, name) == version
        stop.set()
        assert all(done.result() for done in load)


def _invoke_until(cloud: Cloud, name: str, stop: threading.Event) -> bool:
    while not stop.is_set():
        invoke(cloud, name)
    return True


def test_a_function_does_not_find_what_is_installed_beside_the_emulator(cloud: Cloud) -> None:
    source = """
import importlib.util
def handler(event, context):
    return [name for name in ("boto3", "pydantic", "infra") if importlib.util.find_spec(name)]
"""
    assert invoke(cloud, make_function(cloud, source)) == ["boto3"]


def test_a_silent_warm_invocation_takes_milliseconds(cloud: Cloud) -> None:
    name = make_function(cloud, QUICK)
    invoke(cloud, name)
    client = cloud.client("lambda")

    def took() -> float:
        began = time.perf_counter()
        client.invoke(FunctionName=name, Payload=b"{}")
        return time.perf_counter() - began

    # MiniStack waits 50 ms each time; the quickest of many says whether anything waits.
    assert min(took() for _ in range(20)) < 0.04


def test_a_new_function_is_active_when_its_maker_looks(cloud: Cloud) -> None:
    name = make_function(cloud, QUICK)
    looks = cloud.client("lambda").get_function_configuration
    # A second look after a few milliseconds; Chalice's waiter would come back only after five seconds.
    assert until(lambda: looks(FunctionName=name)["State"] == "Active", seconds=0.3)
