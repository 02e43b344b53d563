"""Entry points of the media service: upload sessions, the trigger of the bucket, the relay, and who left."""

import os
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import unquote_plus

from chalice.app import Chalice, CognitoUserPoolAuthorizer, DynamoDBEvent, S3Event, SQSEvent
from chalicelib.model import AccountDeleted, KeyReused, MediaNotFound
from chalicelib.outbox import outgoing
from chalicelib.store import MediaBucket, MediaTable
from chalicelib.uploads import look_up, open_session, upload_form
from chalicelib.views import MediaView, NewMedia, SessionView, media_view, session_view
from contracts.http import problems
from contracts.http.budgets import Action
from contracts.http.idempotency import Idempotency
from contracts.http.identity import Identity
from contracts.http.ledger import TableLedger
from contracts.http.limits import Limiter
from contracts.http.routes import Api
from contracts.logs import service_logger
from contracts.transport import trace
from contracts.transport.clients import aws_client
from contracts.transport.consume import QueueConsumer
from contracts.transport.relay import Relay

logger = service_logger("media")


@cache
def table() -> MediaTable:
    """Return the media table."""
    return MediaTable(aws_client("dynamodb"), os.environ["TABLE_MEDIA"])


@cache
def limiter() -> Limiter:
    """Return what counts how often people do something."""
    ledger = TableLedger(table().dynamodb, os.environ["TABLE_MEDIA"], prefix="L#")
    return Limiter(ledger, lambda: datetime.now(UTC))


app = Chalice(app_name="media")
api = Api(
    app,
    title="Hidoki media",
    version="1.0.0",
    authorizer=CognitoUserPoolAuthorizer(
        "people",
        provider_arns=[os.environ["USER_POOL_ARN"]],
        scopes=["aws.cognito.signin.user.admin", "openid"],
    ),
    examples={"id": "01KAVB3Q7J8Z9D0M4N5P6R7S8T"},
    errors={
        MediaNotFound: problems.NOT_FOUND,
        KeyReused: problems.KEY_REUSED,
        AccountDeleted: problems.ACCOUNT_DELETED,
    },
    limiter=limiter,
)


@cache
def bucket() -> MediaBucket:
    """Return the media bucket."""
    import boto3
    from botocore.config import Config

    # Forms of the older signatures are refused by every newer region.
    return MediaBucket(
        boto3.client("s3", config=Config(signature_version="s3v4")), os.environ["MEDIA_BUCKET"]
    )


@cache
def relay() -> Relay:
    """Return the one reader of the table's stream."""
    return Relay.on_aws("media", outgoing)


@api.route(
    "POST",
    "/v1/media",
    status=201,
    raises=(problems.KEY_REUSED, problems.TOO_LARGE, problems.ACCOUNT_DELETED),
    limit=Action.UPLOAD,
)
def create_media(identity: Identity, idempotency: Idempotency, body: NewMedia) -> SessionView:
    """Open an upload session.

    POST the file to `upload.url` as multipart/form-data: every one of `upload.fields`, then the file as the
    field `file`. S3 takes just the file that was declared. `upload` is null once there is nothing to upload.
    """
    now = datetime.now(UTC)
    media = open_session(table(), identity.user_id, body.declared(), idempotency, now, trace.current())
    return session_view(media, upload_form(bucket(), media, now))


@api.route("GET", "/v1/media/{id}", raises=(problems.NOT_FOUND,))
def read_media(identity: Identity, id: str) -> MediaView:  # noqa: A002
    """Tell the owner what became of an upload."""
    return media_view(look_up(table(), identity.user_id, id))


@app.on_s3_event(
    bucket=os.environ["MEDIA_BUCKET"], events=["s3:ObjectCreated:*"], prefix="uploads/", name="take_in"
)
def take_in(event: S3Event) -> None:
    """Judge the files that arrived; Lambda announces again those that we failed to bring to their end."""
    from chalicelib.intake import Intake

    intake, failures = Intake(table(), bucket()), []
    records: list[dict[str, Any]] = event.to_dict().get("Records", [])
    for record in records:
        logger.set_correlation_id(record.get("responseElements", {}).get("x-amz-request-id"))
        try:
            intake(unquote_plus(record["s3"]["object"]["key"]))
        except Exception as failure:
            logger.exception("not taken in")
            failures.append(failure)
    if failures:
        raise ExceptionGroup("files that must be announced again", failures)


@app.on_dynamodb_record(stream_arn=os.environ["STREAM_MEDIA"], batch_size=100, name="relay_media")
def relay_media(event: DynamoDBEvent) -> dict[str, Any]:
    """Publish what the table's changes say."""
    return relay()(event.to_dict()["Records"])


@cache
def erasure_consumer() -> QueueConsumer:
    """Return the consumer of deleted accounts."""
    from chalicelib.erasure import Erasure
    from contracts.events.posts import AccountDeletedV1
    from contracts.transport.erasing import ERASE_WORK, Erasing
    from contracts.transport.own_queue import SqsOwnQueue

    queue = SqsOwnQueue(aws_client("sqs"), os.environ["QUEUE_MEDIA_ERASURE_URL"])
    erasing = Erasing(Erasure(table(), bucket(), lambda: datetime.now(UTC)).steps(), queue)
    return QueueConsumer.on_aws(
        "media-erasure", {AccountDeletedV1: erasing.deleted}, work={ERASE_WORK: erasing.work}
    )


@app.on_sqs_message(queue=os.environ["QUEUE_MEDIA_ERASURE"], batch_size=1, name="erase")
def erase(event: SQSEvent) -> dict[str, Any]:
    """Erase what people leave who deleted their account."""
    return dict(erasure_consumer()(event.to_dict()))
