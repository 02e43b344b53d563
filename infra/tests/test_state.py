"""The deployed state in its bucket, on the local cloud."""

import getpass
import json
import socket
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.deploy.state import DeployedState, Locked
from infra.stages import Stage, parameters

pytestmark = pytest.mark.cloud


@pytest.fixture
def state() -> Iterator[DeployedState]:
    stage = Stage.select("local")
    storage = stage.client("s3")
    made = DeployedState(storage, parameters(stage)["STATE_BUCKET"], f"trial-{uuid.uuid4().hex}", "local-x")
    yield made
    storage.delete_object(Bucket=made.bucket, Key=made.key)


def test_what_was_never_deployed_has_no_fingerprint_and_nothing_to_pull(
    state: DeployedState, tmp_path: Path
) -> None:
    assert state.fingerprint() == ""
    state.pull(tmp_path)
    assert not state.file(tmp_path).exists()


def test_state_and_fingerprint_come_back_as_they_were_pushed(state: DeployedState, tmp_path: Path) -> None:
    state.file(tmp_path / "a").parent.mkdir(parents=True)
    state.file(tmp_path / "a").write_text('{"resources": []}')
    state.push(tmp_path / "a", "mark")
    assert state.fingerprint() == "mark"
    state.pull(tmp_path / "b")
    assert state.file(tmp_path / "b").read_text() == '{"resources": []}'


def test_a_deploy_that_failed_half_way_is_not_taken_for_a_whole_one(
    state: DeployedState, tmp_path: Path
) -> None:
    state.file(tmp_path).parent.mkdir(parents=True)
    state.file(tmp_path).write_text("{}")
    state.push(tmp_path, "mark")
    state.push(tmp_path)
    assert state.fingerprint() == ""


def test_two_deploys_of_a_service_exclude_each_other_and_the_second_hears_whose_the_first_is(
    state: DeployedState,
) -> None:
    with state.locked(), pytest.raises(Locked, match=r"being deployed by .+ --break-lock"), state.locked():
        pass
    with state.locked():
        pass


def test_a_failed_deploy_gives_its_lock_back(state: DeployedState) -> None:
    with pytest.raises(ZeroDivisionError), state.locked():
        raise ZeroDivisionError
    with state.locked():
        pass


def leave_lock(state: DeployedState, by: str, process: int) -> None:
    state.storage.put_object(
        Bucket=state.bucket,
        Key=f"{state.service}/{state.chalice_stage}.lock",
        Body=json.dumps({"by": by, "process": process, "since": "2026-01-01T00:00:00+00:00"}).encode(),
    )


def test_the_lock_of_a_process_of_this_machine_that_is_no_more_does_not_hold(state: DeployedState) -> None:
    with subprocess.Popen(["true"]) as dead:
        pass
    leave_lock(state, f"{getpass.getuser()}@{socket.gethostname()}", dead.pid)
    with state.locked():
        pass


def test_the_lock_of_a_killed_deploy_elsewhere_can_be_taken_over(state: DeployedState) -> None:
    leave_lock(state, "someone@elsewhere", 1)
    with pytest.raises(Locked, match="someone"), state.locked():
        pass
    with state.locked(take_over=True):
        pass
