"""Entry points of notify: its routes, the relay of its inboxes, and five consumers."""

import os
from datetime import UTC, datetime
from functools import cache
from typing import Any

from chalice.app import Chalice, CognitoUserPoolAuthorizer, DynamoDBEvent, SQSEvent
from chalicelib import model, views
from chalicelib.devices import Devices
from chalicelib.inbox import Inbox
from chalicelib.pushing import Push, Pushing
from chalicelib.store.notifications import NotificationTable
from chalicelib.store.readers import ReaderTable
from chalicelib.store.silences import SilenceTable
from contracts.http import problems
from contracts.http.cursors import Cursors
from contracts.http.idempotency import Idempotency
from contracts.http.identity import Identity
from contracts.http.routes import Api, Page
from contracts.transport.clients import aws_client
from contracts.transport.consume import QueueConsumer
from contracts.transport.relay import Relay

app = Chalice(app_name="notify")
api = Api(
    app,
    title="Hidoki notify",
    version="1.0.0",
    authorizer=CognitoUserPoolAuthorizer(
        "people",
        provider_arns=[os.environ["USER_POOL_ARN"]],
        scopes=["aws.cognito.signin.user.admin", "openid"],
    ),
    examples={"device_id": "ios-4f529c1b2d7e5a9f"},
    errors={
        model.DeviceUnknown: problems.NOT_FOUND,
        model.AccountDeleted: problems.ACCOUNT_DELETED,
    },
)


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


@cache
def dynamodb() -> Any:
    """Return the one DynamoDB client of this process."""
    return aws_client("dynamodb")


@cache
def cursors() -> Cursors:
    """Return what makes and reads cursors."""
    return Cursors.on_aws(os.environ["CURSOR_SECRET_NOTIFY"])


@cache
def notification_table() -> NotificationTable:
    """Return the table of inboxes."""
    return NotificationTable(dynamodb(), os.environ["TABLE_NOTIFICATIONS"])


@cache
def reader_table() -> ReaderTable:
    """Return the table of people, devices and sockets."""
    return ReaderTable(dynamodb(), os.environ["TABLE_DEVICES"])


@cache
def silence_table() -> SilenceTable:
    """Return where it is kept who hears nothing of whom."""
    return SilenceTable(dynamodb(), os.environ["TABLE_DEVICES"])


@cache
def push_service() -> Push:
    """Return Amazon SNS, or the push sink where there is one."""
    if sink := os.environ["PUSH_SINK_URL"]:
        from chalicelib.store.sink import SinkPush

        return SinkPush(sink)
    from chalicelib.store.sns import SnsPush

    return SnsPush(aws_client("sns"), os.environ["PUSH_APPLICATION_ARN"])


@cache
def inbox() -> Inbox:
    """Return what becomes a notification."""
    return Inbox(notification_table(), reader_table(), silence_table(), now)


@cache
def devices() -> Devices:
    """Return what people do with their devices."""
    return Devices(reader_table(), push_service(), now)


@cache
def pushing() -> Pushing:
    """Return what reaches people who are away."""
    return Pushing(push_service(), reader_table(), notification_table(), now)


@api.route("GET", "/v1/notifications", raises=(problems.BAD_CURSOR, problems.ACCOUNT_DELETED))
def list_notifications(me: Identity, page: Page) -> views.NotificationPage:
    """List my notifications, newest first."""
    scope = f"notifications\n{me.user_id}"
    before = str(cursors().decode(scope, page.cursor)["before"]) if page.cursor else None
    found, rest = inbox().mine(me.user_id, before, page.limit)
    following = cursors().encode(scope, {"before": rest}) if rest else None
    return views.NotificationPage.of(found, following)


@api.route("POST", "/v1/devices", status=201, raises=(problems.ACCOUNT_DELETED,))
def register_device(me: Identity, body: views.RegisterDevice, _key: Idempotency) -> views.DeviceView:
    """Register a device for pushes.

    The same token is the same device, under any key; registered by somebody else, it is theirs.
    """
    return views.DeviceView.of(devices().register(me.user_id, body.platform, body.token))


@api.route("DELETE", "/v1/devices/{device_id}", raises=(problems.NOT_FOUND,))
def remove_device(me: Identity, device_id: str) -> None:
    """Forget one of my devices."""
    devices().remove(me.user_id, device_id)


@cache
def relay() -> Relay:
    """Return the relay of the inboxes."""
    from chalicelib.outbox import outgoing

    return Relay.on_aws("notify", outgoing)


@app.on_dynamodb_record(
    stream_arn=os.environ["STREAM_NOTIFICATIONS"], batch_size=100, name="relay_notifications"
)
def relay_notifications(event: DynamoDBEvent) -> dict[str, Any]:
    """Publish what landed in inboxes."""
    return relay()(event.to_dict()["Records"])


@cache
def inbox_consumer() -> QueueConsumer:
    """Return the consumer of what becomes a notification."""
    from contracts.events.acts import ReactionChangedV1
    from contracts.events.chat import MessageSentV1
    from contracts.events.graph import FollowCreatedV1, FollowRequestedV1
    from contracts.events.posts import PostPublishedV2

    return QueueConsumer.on_aws(
        "notify-inbox",
        {
            PostPublishedV2: inbox().post_published,
            FollowCreatedV1: inbox().follow_created,
            FollowRequestedV1: inbox().follow_requested,
            MessageSentV1: inbox().message_sent,
            ReactionChangedV1: inbox().reaction_changed,
        },
    )


@app.on_sqs_message(queue=os.environ["QUEUE_NOTIFY_INBOX"], batch_size=10, name="fill_inbox")
def fill_inbox(event: SQSEvent) -> dict[str, Any]:
    """Put notifications into inboxes."""
    return dict(inbox_consumer()(event.to_dict()))


@cache
def silence_consumer() -> QueueConsumer:
    """Return the consumer of blocks and mutes."""
    from chalicelib.silence import Silencing
    from contracts.events.graph import BlockCreatedV1, BlockRemovedV1, MuteCreatedV1, MuteRemovedV1

    silencing = Silencing(silence_table(), now)
    return QueueConsumer.on_aws(
        "notify-silence",
        {
            BlockCreatedV1: silencing.block,
            BlockRemovedV1: silencing.block,
            MuteCreatedV1: silencing.muted,
            MuteRemovedV1: silencing.unmuted,
        },
    )


@app.on_sqs_message(queue=os.environ["QUEUE_NOTIFY_SILENCE"], batch_size=10, name="keep_silence")
def keep_silence(event: SQSEvent) -> dict[str, Any]:
    """Keep who hears nothing of whom."""
    return dict(silence_consumer()(event.to_dict()))


@cache
def presence_consumer() -> QueueConsumer:
    """Return the consumer of sockets that open and close."""
    from chalicelib.presence import Presence
    from contracts.events.rtc import ConnectionClosedV1, ConnectionOpenedV1

    presence = Presence(reader_table(), pushing().catch_up)
    return QueueConsumer.on_aws(
        "notify-presence", {ConnectionOpenedV1: presence.opened, ConnectionClosedV1: presence.closed}
    )


@app.on_sqs_message(queue=os.environ["QUEUE_NOTIFY_PRESENCE"], batch_size=10, name="follow_presence")
def follow_presence(event: SQSEvent) -> dict[str, Any]:
    """Keep who has a socket open, and push to who turns out to have none."""
    return dict(presence_consumer()(event.to_dict()))


@cache
def people_consumer() -> QueueConsumer:
    """Return the consumer of profiles."""
    from chalicelib.people import People
    from contracts.events.posts import ProfileCreatedV1, ProfileUpdatedV1

    learn = People(reader_table()).learn
    return QueueConsumer.on_aws("notify-people", {ProfileCreatedV1: learn, ProfileUpdatedV1: learn})


@app.on_sqs_message(queue=os.environ["QUEUE_NOTIFY_PEOPLE"], batch_size=10, name="learn_people")
def learn_people(event: SQSEvent) -> dict[str, Any]:
    """Keep who has a profile and which language they read."""
    return dict(people_consumer()(event.to_dict()))


@cache
def erasure_consumer() -> QueueConsumer:
    """Return the consumer of deleted accounts."""
    from chalicelib.erasure import Erasure
    from chalicelib.store.leavings import LeavingsTables
    from contracts.events.posts import AccountDeletedV1
    from contracts.transport.erasing import ERASE_WORK, Erasing
    from contracts.transport.own_queue import SqsOwnQueue

    leavings = LeavingsTables(reader_table(), notification_table(), now)
    queue = SqsOwnQueue(aws_client("sqs"), os.environ["QUEUE_NOTIFY_ERASURE_URL"])
    erasing = Erasing(Erasure(leavings, push_service()).steps(), queue)
    return QueueConsumer.on_aws(
        "notify-erasure", {AccountDeletedV1: erasing.deleted}, work={ERASE_WORK: erasing.work}
    )


@app.on_sqs_message(queue=os.environ["QUEUE_NOTIFY_ERASURE"], batch_size=1, name="erase")
def erase(event: SQSEvent) -> dict[str, Any]:
    """Erase what people leave who deleted their account."""
    return dict(erasure_consumer()(event.to_dict()))


@cache
def push_consumer() -> QueueConsumer:
    """Return the push worker: the consumer of our own notifications."""
    from contracts.events.notify import NotificationCreatedV2

    return QueueConsumer.on_aws("notify-push", {NotificationCreatedV2: pushing().created})


@app.on_sqs_message(queue=os.environ["QUEUE_NOTIFY_PUSH"], batch_size=10, name="push")
def push(event: SQSEvent) -> dict[str, Any]:
    """Push notifications to the devices of who is away."""
    return dict(push_consumer()(event.to_dict()))
