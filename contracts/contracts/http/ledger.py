"""The logs of rate limits as rows of a service's own table."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.http.budgets import Action
from contracts.http.limits import Log
from contracts.transport.items import from_attributes, to_attributes


@dataclass(frozen=True)
class TableLedger:
    """Rows `<prefix><user>` / `L#<action>`: they have no `_event`, so they say nothing, and they expire.

    Parameters
    ----------
    dynamodb
        A boto3 DynamoDB client.
    table
        The table's name; its keys are `pk` and `sk`, its TTL is `expires_at`.
    prefix
        What its partitions of people begin with.
    """

    dynamodb: Any = field(repr=False)
    table: str
    prefix: str = ""

    def write(self, user: str, action: Action, log: Log, until: datetime) -> Log | None:
        """Keep a log in place of the version before it; return the one that is there if it is another."""
        row = {
            "pk": f"{self.prefix}{user}",
            "sk": f"L#{action}",
            "times": list(log.times),
            "version": log.version,
            "expires_at": int(until.timestamp()) + 1,
        }
        try:
            self.dynamodb.put_item(
                TableName=self.table,
                Item=to_attributes(row),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **_still(log.version - 1),
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException as refused:
            there = from_attributes(refused.response.get("Item", {}))
            return Log(tuple(there["times"]), there["version"]) if there else Log()
        return None


def _still(version: int) -> dict[str, Any]:
    if not version:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "#version = :seen",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": to_attributes({":seen": version}),
    }
