"""The `notifications` table: `U#<person>` + `N#<id>`, and nothing that its relay would have to skip."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from contracts.events.notify import NotificationCreatedV2
from contracts.transport.items import Item, from_attributes, outbox, to_attributes
from ulid import ULID

from chalicelib.model import Notification, Person

LATE = timedelta(hours=1)
"""How much later than its event a notification may have been made to be found by `since`."""

_TIME_CHARACTERS = 10
"""A ULID begins with its time."""


@dataclass(frozen=True)
class NotificationTable:
    """The `notifications` table.

    Parameters
    ----------
    dynamodb
        A boto3 DynamoDB client.
    name
        The table's.
    """

    dynamodb: Any = field(repr=False)
    name: str

    def add(self, notification: Notification, at: datetime) -> None:
        """Keep a notification, unless it is there."""
        described = asdict(notification)
        item = {
            "pk": f"U#{notification.user_id}",
            "sk": f"N#{notification.id}",
            "notification_id": described.pop("id"),
            "naming": notification.person.id,  # puts it into the index of whom notifications name
            **described,
            **outbox(NotificationCreatedV2.TYPE, sequence=1, actor=notification.person.id, at=at),
        }
        try:
            self.dynamodb.put_item(
                TableName=self.name,
                Item=to_attributes(item),
                ConditionExpression="attribute_not_exists(pk)",
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException:
            return

    def of_person(
        self, user_id: str, before: str | None, limit: int
    ) -> tuple[list[Notification], str | None]:
        """Return the notifications of a person, newest first, and where the rest starts."""
        start = {"ExclusiveStartKey": to_attributes({"pk": f"U#{user_id}", "sk": before})} if before else {}
        items = self._newest(user_id, "N#", limit + 1, **start)
        rest = str(items[limit - 1]["sk"]) if len(items) > limit else None
        return [_notification(item) for item in items[:limit]], rest

    def since(self, user_id: str, time: datetime, limit: int) -> list[Notification]:
        """Return the newest notifications that were made for a person at a time or later, oldest first.

        Items are ordered by their events' times, so those of a little earlier are looked at too.
        """
        earliest = f"N#{ULID.from_datetime(time - LATE)}"[
            :12
        ]  # the time of a ULID is its first ten characters
        items = self._newest(user_id, earliest, limit, ConsistentRead=True)
        made = [item for item in items if datetime.fromisoformat(item["_at"]) >= time]
        return [_notification(item) for item in reversed(made)]

    def _newest(self, user_id: str, earliest: str, limit: int, **options: Any) -> list[Item]:
        answer = self.dynamodb.query(
            TableName=self.name,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :earliest AND :last",
            ExpressionAttributeValues=to_attributes(
                {":pk": f"U#{user_id}", ":earliest": earliest, ":last": "N#~"}
            ),
            ScanIndexForward=False,
            Limit=limit,
            **options,
        )
        return [from_attributes(item) for item in answer["Items"]]


def _notification(item: Item) -> Notification:
    return Notification(
        id=item["notification_id"],
        user_id=item["user_id"],
        kind=item["kind"],
        person=Person(**item["person"]),
        created_at=datetime.fromisoformat(item["created_at"]),
        post_id=item.get("post_id"),
        channel_id=item.get("channel_id"),
        preview=item["preview"],
    )
