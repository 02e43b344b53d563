"""Put a message into a queue of MiniStack as an AWS service does, past the API: used by the mends."""

import hashlib
import time
import uuid
from typing import Any

from ministack.services import sqs


def enqueue(queue_arn: str, body: str, attributes: dict[str, Any], sender: str) -> None:
    """Put one message into a queue that is there.

    Parameters
    ----------
    queue_arn, body, attributes
        Where, and what.
    sender
        The service, such as `events.amazonaws.com`.
    """
    now = time.time()
    message = {
        "id": str(uuid.uuid4()),
        "body": body,
        "md5_body": hashlib.md5(body.encode(), usedforsecurity=False).hexdigest(),
        "md5_attrs": sqs._md5_msg_attrs(attributes),
        "receipt_handle": None,
        "sent_at": now,
        "visible_at": now,
        "receive_count": 0,
        "message_attributes": attributes,
        "sys": {"SenderId": sender, "SentTimestamp": str(int(now * 1000))},
    }
    sqs._ensure_msg_fields(message)
    sqs._queue_by_arn(queue_arn)["messages"].append(message)
