"""Tickets in the `connections` table; TTL removes those that nobody used."""

from datetime import datetime

from contracts.transport.items import from_attributes, to_attributes

from chalicelib.model import Ticket
from chalicelib.store.rows import moment, seconds, ticket_key
from chalicelib.store.table import dynamodb, table


class TicketTable:
    """Keeps tickets for `tickets.Tickets`."""

    def put(self, key: str, ticket: Ticket) -> None:
        """Keep a ticket under its digest."""
        item = to_attributes(
            {
                "user_id": ticket.user_id,
                "token_expires_at": seconds(ticket.token_expires_at),
                "expires_at": seconds(ticket.expires_at),
            }
        )
        dynamodb().put_item(TableName=table(), Item={**ticket_key(key), **item})

    def take(self, key: str, now: datetime) -> Ticket | None:
        """Remove and return a ticket: of two who try, the conditional delete lets one succeed."""
        client = dynamodb()
        try:
            answer = client.delete_item(
                TableName=table(),
                Key=ticket_key(key),
                ConditionExpression="expires_at > :now",
                ExpressionAttributeValues={":now": {"N": str(seconds(now))}},
                ReturnValues="ALL_OLD",
            )
        except client.exceptions.ConditionalCheckFailedException:
            return None
        item = from_attributes(answer["Attributes"])
        return Ticket(item["user_id"], moment(item["token_expires_at"]), moment(item["expires_at"]))
