"""Entry points of chat: its routes, the relays of its tables, and its queue consumers."""

import os
from datetime import UTC, datetime
from functools import cache
from typing import Any

from chalice.app import Chalice, CognitoUserPoolAuthorizer, DynamoDBEvent, SQSEvent
from chalicelib import model, views
from chalicelib.channels import Channels
from chalicelib.messages import Messages
from chalicelib.store.tables import ChannelTable, MessageTable
from chalicelib.store.walls import WallTable
from contracts.http import problems
from contracts.http.budgets import Action
from contracts.http.cursors import Cursors
from contracts.http.idempotency import Idempotency
from contracts.http.identity import Identity
from contracts.http.ledger import TableLedger
from contracts.http.limits import Limiter
from contracts.http.routes import Api, Page
from contracts.transport.clients import aws_client
from contracts.transport.consume import QueueConsumer
from contracts.transport.relay import Relay


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


@cache
def dynamodb() -> Any:
    """Return the one DynamoDB client of this process."""
    return aws_client("dynamodb")


@cache
def limiter() -> Limiter:
    """Return what counts how often people do something."""
    return Limiter(TableLedger(dynamodb(), os.environ["TABLE_MESSAGES"], prefix="L#"), now)


app = Chalice(app_name="chat")
api = Api(
    app,
    title="Hidoki chat",
    version="1.0.0",
    authorizer=CognitoUserPoolAuthorizer(
        "people",
        provider_arns=[os.environ["USER_POOL_ARN"]],
        scopes=["aws.cognito.signin.user.admin", "openid"],
    ),
    examples={"channel_id": "direct-4f529c1b2d7e5a9f"},
    errors={
        model.AloneInChannel: problems.INVALID,
        model.TextRefused: problems.INVALID,
        model.KeyReused: problems.KEY_REUSED,
        model.ProfileRequired: problems.PROFILE_REQUIRED,
        model.Parted: problems.FORBIDDEN,
        model.Suspended: problems.SUSPENDED,
        model.AccountDeleted: problems.ACCOUNT_DELETED,
        model.NobodyElse: problems.CONFLICT,
        model.PersonUnknown: problems.NOT_FOUND,
        model.ChannelUnknown: problems.NOT_FOUND,
    },
    limiter=limiter,
)


@cache
def cursors() -> Cursors:
    """Return what makes and reads cursors."""
    return Cursors.on_aws(os.environ["CURSOR_SECRET_CHAT"])


@cache
def channel_table() -> ChannelTable:
    """Return the table of channels, members and people."""
    return ChannelTable(dynamodb(), os.environ["TABLE_CHANNELS"])


@cache
def wall_table() -> WallTable:
    """Return where it is kept who blocks whom."""
    return WallTable(dynamodb(), os.environ["TABLE_CHANNELS"], now)


@cache
def channels() -> Channels:
    """Return what people do with channels."""
    return Channels(channel_table(), channel_table(), wall_table(), now)


@cache
def messages() -> Messages:
    """Return what people say in channels."""
    return Messages(
        MessageTable(dynamodb(), os.environ["TABLE_MESSAGES"]), channel_table(), wall_table(), now
    )


@api.route(
    "POST", "/v1/channels", status=201, raises=(problems.FORBIDDEN, problems.NOT_FOUND), limit=Action.CHANNEL
)
def open_channel(me: Identity, body: views.OpenChannel, _key: Idempotency) -> views.ChannelView:
    """Open a direct channel.

    Two people have one channel between them: opening it again answers the same one, under any key.
    """
    return views.ChannelView.of(channels().open_direct(me.user_id, body.other))


@api.route("GET", "/v1/channels", raises=(problems.BAD_CURSOR, problems.ACCOUNT_DELETED))
def list_channels(me: Identity, page: Page) -> views.ChannelPage:
    """List my channels, newest first."""
    scope = f"channels\n{me.user_id}"
    found, rest = channels().mine(me.user_id, _position(scope, page), page.limit)
    return views.ChannelPage.of(found, _next(scope, rest))


@api.route(
    "POST",
    "/v1/channels/{channel_id}/messages",
    status=201,
    raises=(problems.FORBIDDEN, problems.NOT_FOUND, problems.KEY_REUSED, problems.CONFLICT),
    limit=Action.MESSAGE,
)
def send_message(
    me: Identity, channel_id: str, body: views.SendMessage, key: Idempotency
) -> views.MessageView:
    """Send a message into a channel I am in.

    An Idempotency-Key that is a ULID of the last five minutes becomes the message's id.
    """
    return views.MessageView.of(messages().send(me.user_id, channel_id, body.text, key))


@api.route("GET", "/v1/channels/{channel_id}/messages", raises=(problems.NOT_FOUND, problems.BAD_CURSOR))
def list_messages(me: Identity, channel_id: str, page: Page) -> views.MessagePage:
    """List the messages of a channel I am in, newest first."""
    scope = f"messages\n{channel_id}\n{me.user_id}"
    found, rest = messages().read(me.user_id, channel_id, _position(scope, page), page.limit)
    return views.MessagePage.of(found, _next(scope, rest))


def _position(scope: str, page: Page) -> str | None:
    return str(cursors().decode(scope, page.cursor)["before"]) if page.cursor else None


def _next(scope: str, rest: str | None) -> str | None:
    return cursors().encode(scope, {"before": rest}) if rest else None


@cache
def relay() -> Relay:
    """Return the relay of chat's tables."""
    from chalicelib.outbox import outgoing

    return Relay.on_aws("chat", outgoing)


@app.on_dynamodb_record(stream_arn=os.environ["STREAM_CHANNELS"], batch_size=100, name="relay_channels")
def relay_channels(event: DynamoDBEvent) -> dict[str, Any]:
    """Publish what happened to channels and their members."""
    return relay()(event.to_dict()["Records"])


@app.on_dynamodb_record(stream_arn=os.environ["STREAM_MESSAGES"], batch_size=100, name="relay_messages")
def relay_messages(event: DynamoDBEvent) -> dict[str, Any]:
    """Publish what was said."""
    return relay()(event.to_dict()["Records"])


@cache
def people_consumer() -> QueueConsumer:
    """Return the consumer of profiles."""
    from chalicelib.people import People
    from contracts.events.posts import (
        AccountReinstatedV1,
        AccountSuspendedV1,
        ProfileCreatedV1,
        ProfileUpdatedV1,
    )

    learn = People(channel_table()).learn
    kinds = (ProfileCreatedV1, ProfileUpdatedV1, AccountSuspendedV1, AccountReinstatedV1)
    return QueueConsumer.on_aws("chat-people", dict.fromkeys(kinds, learn))


@app.on_sqs_message(queue=os.environ["QUEUE_CHAT_PEOPLE"], batch_size=10, name="learn_people")
def learn_people(event: SQSEvent) -> dict[str, Any]:
    """Keep the names of people."""
    return dict(people_consumer()(event.to_dict()))


@cache
def blocks_consumer() -> QueueConsumer:
    """Return the consumer of blocks."""
    from chalicelib.walls import Walls
    from contracts.events.graph import BlockCreatedV1, BlockRemovedV1

    learn = Walls(wall_table()).learn
    return QueueConsumer.on_aws("chat-blocks", {BlockCreatedV1: learn, BlockRemovedV1: learn})


@app.on_sqs_message(queue=os.environ["QUEUE_CHAT_BLOCKS"], batch_size=10, name="learn_blocks")
def learn_blocks(event: SQSEvent) -> dict[str, Any]:
    """Keep who blocks whom."""
    return dict(blocks_consumer()(event.to_dict()))


@cache
def erasure_consumer() -> QueueConsumer:
    """Return the consumer of deleted accounts."""
    from chalicelib.erasure import Erasure
    from chalicelib.store.leavings import LeavingsTables
    from contracts.events.posts import AccountDeletedV1
    from contracts.transport.erasing import ERASE_WORK, Erasing
    from contracts.transport.own_queue import SqsOwnQueue

    leavings = LeavingsTables(dynamodb(), os.environ["TABLE_CHANNELS"], os.environ["TABLE_MESSAGES"], now)
    queue = SqsOwnQueue(aws_client("sqs"), os.environ["QUEUE_CHAT_ERASURE_URL"])
    erasing = Erasing(Erasure(leavings).steps(), queue)
    return QueueConsumer.on_aws(
        "chat-erasure", {AccountDeletedV1: erasing.deleted}, work={ERASE_WORK: erasing.work}
    )


@app.on_sqs_message(queue=os.environ["QUEUE_CHAT_ERASURE"], batch_size=1, name="erase")
def erase(event: SQSEvent) -> dict[str, Any]:
    """Erase what people leave who deleted their account."""
    return dict(erasure_consumer()(event.to_dict()))
