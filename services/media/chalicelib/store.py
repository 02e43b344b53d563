"""Where media items and files are: a DynamoDB table and an S3 bucket."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError
from contracts.events.media import MediaDeletedV1, MediaFailedV1, MediaReadyV1
from contracts.transport.items import Item, from_attributes, outbox, to_attributes

from chalicelib.model import SESSION_KEPT, TOMBSTONE_LIFE, Media, Rendition, State, Verdict, WrongSize
from chalicelib.uploads import Form

IMMUTABLE = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class MediaTable:
    """The table `media`: one item for each media item, `pk` = `M#<id>`, `sk` = `M`, found by its owner too.

    A deleted one is a tombstone without its owner. `U#<person>` / `LEFT` says that a person deleted their
    account.
    """

    dynamodb: Any
    table: str

    def open(self, media: Media) -> bool:
        """Keep a new item, or one in place of a session that has expired; False if there is another."""
        now = datetime.now(UTC)
        item = {**_item(media), "expires_at": _seconds(now + SESSION_KEPT)}
        try:
            self.dynamodb.put_item(
                TableName=self.table,
                Item=to_attributes(item),
                ConditionExpression="attribute_not_exists(pk) OR expires_at <= :now",
                ExpressionAttributeValues=to_attributes({":now": _seconds(now)}),
            )
        except ClientError as error:
            return _unless_condition_failed(error)
        return True

    def find(self, media_id: str) -> Media | None:
        """Return an item as it is now; a session that has expired is none, swept or not."""
        answer = self.dynamodb.get_item(TableName=self.table, Key=_key(media_id), ConsistentRead=True)
        item = from_attributes(answer.get("Item", {}))
        if not item or "deleted" in item:
            return None
        if item.get("expires_at", float("inf")) <= _seconds(datetime.now(UTC)):
            return None
        return _media(item)

    def delete(self, media: Media, at: datetime) -> bool:
        """Put a tombstone in an item's place; False if it is not as it was."""
        tombstone = {
            **from_attributes(_key(media.id)),
            "id": media.id,
            "deleted": True,
            "expires_at": _seconds(at + TOMBSTONE_LIFE),
            **outbox(MediaDeletedV1.TYPE, sequence=media.sequence + 1, actor=media.owner, at=at),
        }
        try:
            self.dynamodb.put_item(
                TableName=self.table,
                Item=to_attributes(tombstone),
                ConditionExpression="#sequence = :before",
                ExpressionAttributeNames={"#sequence": "sequence"},
                ExpressionAttributeValues=to_attributes({":before": media.sequence}),
            )
        except ClientError as error:
            return _unless_condition_failed(error)
        return True

    def of_owner(self, owner: str, after: str | None, limit: int) -> tuple[list[str], str | None]:
        """Return ids of what a person uploaded, and where the next ones start."""
        start: dict[str, Any] = {}
        if after:
            start["ExclusiveStartKey"] = {**_key(after), "owner": {"S": owner}}
        answer = self.dynamodb.query(
            TableName=self.table,
            IndexName="by-owner",
            KeyConditionExpression="#owner = :owner",
            ExpressionAttributeNames={"#owner": "owner"},
            ExpressionAttributeValues=to_attributes({":owner": owner}),
            Limit=limit,
            **start,
        )
        ids = [item["pk"]["S"].removeprefix("M#") for item in answer["Items"]]
        return ids, ids[-1] if "LastEvaluatedKey" in answer else None

    def bid_farewell(self, user: str, at: datetime) -> None:
        """Remember that a person deleted their account."""
        said = {"deleted": True, "expires_at": _seconds(at + TOMBSTONE_LIFE)}
        row = {**_left(user), **to_attributes(said)}
        self.dynamodb.put_item(TableName=self.table, Item=row)

    def left(self, user: str) -> bool:
        """Tell whether a person has deleted their account."""
        return "Item" in self.dynamodb.get_item(TableName=self.table, Key=_left(user))

    def settle(self, media: Media, verdict: Verdict, at: datetime) -> bool:
        """Give an item its verdict, and the event that says so; False if it is not as it was."""
        failed = verdict.reason is not None
        changes = {
            "state": State.FAILED if failed else State.READY,
            "reason": verdict.reason,
            "detail": verdict.detail,
            "renditions": [vars(rendition) for rendition in verdict.renditions],
            **outbox(
                MediaFailedV1.TYPE if failed else MediaReadyV1.TYPE,
                sequence=media.sequence + 1,
                actor=media.owner,
                at=at,
            ),
        }
        values = to_attributes({f":{name}": value for name, value in changes.items()})
        assignments = ", ".join(f"#{name[1:]} = {name}" for name in values)
        try:
            self.dynamodb.update_item(
                TableName=self.table,
                Key=_key(media.id),
                UpdateExpression=f"SET {assignments} REMOVE expires_at",
                ConditionExpression="#sequence = :before",
                ExpressionAttributeNames={f"#{name[1:]}": name[1:] for name in values},
                ExpressionAttributeValues={**values, **to_attributes({":before": media.sequence})},
            )
        except ClientError as error:
            return _unless_condition_failed(error)
        return True


@dataclass(frozen=True)
class MediaBucket:
    """The media bucket: uploads as they came, and renditions."""

    s3: Any
    bucket: str

    def form(self, media: Media, valid: timedelta) -> Form:
        """Return a form that takes only the item's file, at its key, of its type, size and checksum."""
        fields = {"Content-Type": media.content_type}
        if media.sha256:
            fields |= {"x-amz-checksum-algorithm": "SHA256", "x-amz-checksum-sha256": media.sha256}
        conditions = [{name: value} for name, value in fields.items()]
        signed = self.s3.generate_presigned_post(
            self.bucket,
            media.upload_key,
            Fields=fields,
            Conditions=[*conditions, ["content-length-range", media.size, media.size]],
            ExpiresIn=int(valid.total_seconds()),
        )
        return Form(signed["url"], signed["fields"])

    def read(self, key: str, size: int) -> bytes | None:
        """Return an object of just that size, or None if there is no object."""
        try:
            answer = self.s3.get_object(Bucket=self.bucket, Key=key)
        except self.s3.exceptions.NoSuchKey:
            return None
        if answer["ContentLength"] != size:
            answer["Body"].close()
            raise WrongSize(answer["ContentLength"])
        data: bytes = answer["Body"].read()
        return data

    def put_if_absent(self, key: str, data: bytes, content_type: str) -> bytes:
        """Write an object that browsers may keep for ever; return what is there."""
        try:
            self.s3.put_object(
                Bucket=self.bucket,
                Key=key,
                Body=data,
                ContentType=content_type,
                CacheControl=IMMUTABLE,
                IfNoneMatch="*",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "PreconditionFailed":
                raise  # 409 too: another write of this object is under way, so look again later
            stored: bytes = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
            return stored
        return data

    def delete(self, key: str) -> None:
        """Delete an object, if it is there."""
        self.s3.delete_object(Bucket=self.bucket, Key=key)


def _key(media_id: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"M#{media_id}"}, "sk": {"S": "M"}}


def _left(user: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"U#{user}"}, "sk": {"S": "LEFT"}}


def _item(media: Media) -> Item:
    kept = {name: value for name, value in vars(media).items() if name != "trace"}
    return {**kept, "pk": f"M#{media.id}", "sk": "M", "_trace": media.trace}


def _media(item: Mapping[str, Any]) -> Media:
    return Media(
        id=item["id"],
        owner=item["owner"],
        content_type=item["content_type"],
        size=item["size"],
        sha256=item.get("sha256"),
        alt=item["alt"],
        token=item["token"],
        request=item["request"],
        upload_until=datetime.fromisoformat(item["upload_until"]),
        state=State(item["state"]),
        sequence=item["sequence"],
        trace=item.get("_trace"),
        reason=item.get("reason"),
        detail=item.get("detail"),
        renditions=tuple(Rendition(**rendition) for rendition in item.get("renditions", [])),
    )


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _unless_condition_failed(error: ClientError) -> bool:
    """Return False for a condition that did not hold, and raise anything else."""
    if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
        return False
    raise error
