"""A function pays for the tracer only when a trace is sampled, whatever service it is of."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SERVICES = sorted(path.parent.name for path in REPOSITORY.glob("services/*/app.py"))
TRACE = "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled="


@pytest.mark.parametrize("service", SERVICES)
def test_only_a_sampled_trace_makes_a_function_import_the_tracer(service: str) -> None:
    program = Path(__file__).with_name("run_functions.py")
    folder = REPOSITORY / "services" / service
    done = subprocess.run(
        [sys.executable, str(program), "aws_xray_sdk", f"{TRACE}0", f"{TRACE}1"],
        cwd=folder,
        # As in Lambda, and the daemon's address is one where nobody listens.
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(folder), str(REPOSITORY / "contracts"))),
            "LAMBDA_TASK_ROOT": str(folder),
            "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:9",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    unsampled, sampled = json.loads(done.stdout.splitlines()[-1])
    assert len(unsampled) > 1
    assert not any(unsampled.values()), unsampled
    # Lambda makes the segment of a request; all that read events make one of their own.
    assert sampled == {name: name != "api_handler" for name in unsampled}
