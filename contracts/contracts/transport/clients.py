"""The AWS clients of the functions: boto3's own, without what each of their calls would do for nothing.

Measured on a warm process (`python -m infra.bench`): of the CPU time of a `put_item` boto3 spends a sixth on
building the same User-Agent anew, twice, and a fifteenth on checking parameters that our adapters build and
the service checks again. Of a page of a timeline it spends most on trying each of the ten types of an
attribute at every attribute that DynamoDB answers.
"""

import json
from typing import Any

AS_THEY_COME = ("GetItem", "Query")
"""Operations of DynamoDB whose answer is handed on as it is on the wire.

Only binary values differ from what boto3 makes of it: they stay in base64, as in the records of a stream, and
`items.from_attributes` reads both. An operation that hands back what is to be sent again (`UnprocessedItems`)
can't be here: base64 would be encoded once more.
"""


def aws_client(service: str, *, endpoint: str | None = None, **options: Any) -> Any:
    """Return a boto3 client.

    Parameters
    ----------
    service
        Such as `dynamodb`.
    endpoint
        Where it is, if that is not for boto3 to find out.
    options
        Of `botocore.config.Config`, beside those that save time.
    """
    import boto3
    import botocore
    from botocore.config import Config

    agent = f"Boto3/{boto3.__version__} Botocore/{botocore.__version__} hidoki"
    config = Config(user_agent=agent, parameter_validation=False, **options)
    client = boto3.client(service, endpoint_url=endpoint, config=config)
    if service == "dynamodb":
        for operation in AS_THEY_COME:
            client.meta.events.register(f"before-parse.dynamodb.{operation}", _as_it_comes)
    return client


def _as_it_comes(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    """Read the body of an answer, and leave nothing of it to botocore; a refusal is botocore's to read."""
    if response_dict["status_code"] < 300:
        customized_response_dict.update(json.loads(response_dict["body"]))
        response_dict["body"] = b""
