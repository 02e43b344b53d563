"""Functions that S3 invokes asynchronously: what they fail at for good goes to the service's DLQ."""

import json
from pathlib import Path
from typing import Any

RETRIES = 2
"""Lambda's own limit of retries for an asynchronous invocation."""

AGE_SECONDS = 6 * 3600


def keep_failures(functions: Any, deployed: Path, dlq_arn: str) -> list[str]:
    """Give every function with an S3 trigger a destination for its failures.

    Parameters
    ----------
    functions
        A botocore Lambda client.
    deployed
        The deployed state's file.
    dlq_arn
        The queue that takes the event of an invocation which failed for good.

    Returns
    -------
    list of str
        The functions.
    """
    resources = json.loads(deployed.read_text())["resources"]
    triggered = sorted({one["lambda_arn"] for one in resources if one["resource_type"] == "s3_event"})
    for function in triggered:
        functions.put_function_event_invoke_config(
            FunctionName=function,
            MaximumRetryAttempts=RETRIES,
            MaximumEventAgeInSeconds=AGE_SECONDS,
            DestinationConfig={"OnFailure": {"Destination": dlq_arn}},
        )
    return triggered
