"""The tables: one shape, one line each."""

from dataclasses import dataclass

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.cdk.parameters import Parameters
from infra.cdk.settings import Settings


@dataclass(frozen=True)
class Index:
    """A sparse index of keys only."""

    name: str
    partition: str
    sort: str


TABLES: dict[str, tuple[Index, ...]] = {
    "posts": (
        Index("bookmarks", partition="bookmarker", sort="bookmarked"),
        Index("queue", partition="queue", sort="queued_at"),
    ),
    "profiles": (Index("followers", partition="followee", sort="follower"),),
    "timelines": (),
    "media": (Index("by-owner", partition="owner", sort="pk"),),
    "channels": (),
    "messages": (),
    "connections": (Index("by-connection", partition="connection_id", sort="pk"),),
    "notifications": (Index("naming", partition="naming", sort="pk"),),
    "devices": (),
}


class Tables(Construct):
    """Every table with `pk` and `sk`, a stream of both images, backups and TTL."""

    def __init__(self, scope: Construct, settings: Settings, parameters: Parameters) -> None:
        super().__init__(scope, "Tables")
        for name, indexes in TABLES.items():
            table = dynamodb.TableV2(
                self,
                name,
                table_name=settings.called(name),
                partition_key=_string("pk"),
                sort_key=_string("sk"),
                billing=dynamodb.Billing.on_demand(),
                dynamo_stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
                point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                    point_in_time_recovery_enabled=True
                ),
                time_to_live_attribute="expires_at",
                global_secondary_indexes=[
                    dynamodb.GlobalSecondaryIndexPropsV2(
                        index_name=index.name,
                        partition_key=_string(index.partition),
                        sort_key=_string(index.sort),
                        projection_type=dynamodb.ProjectionType.KEYS_ONLY,
                    )
                    for index in indexes
                ],
                deletion_protection=settings.keep,
                removal_policy=RemovalPolicy.RETAIN if settings.keep else RemovalPolicy.DESTROY,
            )
            stream = table.table_stream_arn
            assert stream is not None
            parameters.put(f"table/{name}", table.table_name)
            parameters.put(f"table/{name}/arn", table.table_arn)
            parameters.put(f"stream/{name}", stream)


def _string(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
