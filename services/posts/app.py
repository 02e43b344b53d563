"""Entry points of the posts service: its routes, the relays of its tables, and its queue consumers."""

import os
from collections.abc import Sequence
from typing import Any

from chalice.app import Chalice, CognitoUserPoolAuthorizer, DynamoDBEvent, SQSEvent
from chalicelib import assembly
from chalicelib.examples import PATH_EXAMPLES
from contracts.http.route_group import RouteGroup
from contracts.http.routes import Api

API = "app.app"
"""What Lambda is told to run for requests, as Chalice names it; for the rest, one of the functions below."""


def route_groups() -> Sequence[RouteGroup]:
    """Return the routes, or none in a function that is there for something else and need not load them."""
    handler = os.environ.get("_HANDLER", API)
    if handler.startswith("app.") and handler != API:
        return ()
    from chalicelib.routes import GROUPS

    return GROUPS


groups = route_groups()
app = Chalice(app_name="posts")
api = Api(
    app,
    title="Hidoki posts",
    version="1",
    authorizer=CognitoUserPoolAuthorizer(
        "people",
        provider_arns=[os.environ["USER_POOL_ARN"]],
        scopes=["aws.cognito.signin.user.admin", "openid"],
    ),
    errors={error: kind for group in groups for error, kind in group.errors.items()},
    limiter=assembly.limiter,
    examples=PATH_EXAMPLES,
)

for group in groups:
    group.serve_on(api)


@app.on_dynamodb_record(stream_arn=os.environ["STREAM_POSTS"], batch_size=100, name="relay_posts")
def relay_posts(event: DynamoDBEvent) -> dict[str, Any]:
    """Publish what happens to posts."""
    return assembly.relay("posts")(event.to_dict()["Records"])


@app.on_dynamodb_record(stream_arn=os.environ["STREAM_PROFILES"], batch_size=100, name="relay_profiles")
def relay_profiles(event: DynamoDBEvent) -> dict[str, Any]:
    """Publish what happens to profiles, follow edges, blocks and mutes."""
    return assembly.relay("profiles")(event.to_dict()["Records"])


@app.on_dynamodb_record(stream_arn=os.environ["STREAM_TIMELINES"], batch_size=100, name="relay_timelines")
def relay_timelines(event: DynamoDBEvent) -> dict[str, Any]:
    """Publish to whose timelines a post came."""
    return assembly.relay("timelines")(event.to_dict()["Records"])


@app.on_sqs_message(queue=os.environ["QUEUE_POSTS_FANOUT"], batch_size=10, name="fan_out")
def fan_out(event: SQSEvent) -> dict[str, Any]:
    """Bring posts to timelines."""
    return assembly.fan_out_consumer()(event.to_dict())


@app.on_sqs_message(queue=os.environ["QUEUE_POSTS_ERASURE"], batch_size=1, name="erase")
def erase(event: SQSEvent) -> dict[str, Any]:
    """Erase what people leave who deleted their account."""
    return assembly.erasure_consumer()(event.to_dict())


@app.on_sqs_message(queue=os.environ["QUEUE_POSTS_RELATED"], batch_size=10, name="relate")
def relate(event: SQSEvent) -> dict[str, Any]:
    """List posts in threads and under tags, and take deleted ones out of what shows them."""
    from chalicelib.assembly import relating

    return relating.related_consumer()(event.to_dict())


@app.on_sqs_message(queue=os.environ["QUEUE_POSTS_COUNTS"], batch_size=10, name="count")
def count(event: SQSEvent) -> dict[str, Any]:
    """Count what people do to posts."""
    return assembly.counts_consumer()(event.to_dict())


@app.on_sqs_message(queue=os.environ["QUEUE_POSTS_GRAPH"], batch_size=10, name="tend_graph")
def tend_graph(event: SQSEvent) -> dict[str, Any]:
    """Part those of whom one blocks the other; bring home timelines to who follows whom."""
    return assembly.graph_consumer()(event.to_dict())


@app.on_sqs_message(queue=os.environ["QUEUE_POSTS_MEDIA"], batch_size=10, name="attach_media")
def attach_media(event: SQSEvent) -> dict[str, Any]:
    """Publish the posts whose media got ready."""
    return assembly.media_consumer()(event.to_dict())


@app.on_sqs_message(queue=os.environ["QUEUE_POSTS_SCHEDULE"], batch_size=10, name="keep_schedules")
def keep_schedules(event: SQSEvent) -> dict[str, Any]:
    """Keep the schedules of drafts, and publish those whose time has come."""
    from chalicelib.assembly import drafting

    return drafting.schedule_consumer()(event.to_dict())
