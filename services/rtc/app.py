"""Entry points of rtc: the socket's ticket, the WebSocket API, the relay and the consumers."""

import os
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast

from chalice.app import Chalice, CognitoUserPoolAuthorizer, DynamoDBEvent, Request, SQSEvent, WebsocketEvent
from chalicelib.closing import Closing
from chalicelib.conversation import Conversation
from chalicelib.delivery import Delivery
from chalicelib.membership import Membership
from chalicelib.model import AccountDeleted, Refused, last_alive, token_expiry
from chalicelib.opening import Opening
from chalicelib.outbox import outgoing
from chalicelib.store.gateway import GatewaySender, address_of, websocket_url
from chalicelib.store.leavings import LeavingsTable
from chalicelib.store.sockets import SocketTable
from chalicelib.store.speakers import RememberedSpeakers
from chalicelib.store.tickets import TicketTable
from chalicelib.suspension import Suspension
from chalicelib.tickets import issue_to
from contracts.events.chat import MemberJoinedV1, MessageSentV1
from contracts.events.envelope import EventData
from contracts.events.notify import NotificationCreatedV2
from contracts.events.posts import AccountReinstatedV1, AccountSuspendedV1, TimelineDeliveredV1
from contracts.http import problems
from contracts.http.identity import Identity
from contracts.http.problems import language_of
from contracts.http.routes import Answer, Api
from contracts.logs import service_logger
from contracts.transport.clients import aws_client
from contracts.transport.consume import Handler, QueueConsumer
from contracts.transport.relay import Relay

app = Chalice(app_name="rtc")
app.experimental_feature_flags.update(["WEBSOCKETS"])
api = Api(
    app,
    title="Hidoki rtc",
    version="1",
    authorizer=CognitoUserPoolAuthorizer(
        "people",
        provider_arns=[os.environ["USER_POOL_ARN"]],
        scopes=["aws.cognito.signin.user.admin", "openid"],
    ),
    errors={AccountDeleted: problems.ACCOUNT_DELETED},
)
logger = service_logger("rtc")

OK = {"statusCode": 200}
REFUSED = {"statusCode": 403}
"""What becomes an empty 403 for the client."""


class SocketTicket(Answer):
    """Where to connect, once, before `expires_at`."""

    url: str
    expires_at: datetime


@api.route("POST", "/v1/sockets", status=201, raises=(problems.ACCOUNT_DELETED,))
def open_socket(person: Identity) -> SocketTicket:
    """Get the URL of a socket.

    It is good for one connection within 60 seconds. The socket is closed when the access token that asked
    for it expires, after two hours at the latest. Asking again gives another URL, whatever the
    Idempotency-Key: an unused one is forgotten.
    """
    claims = cast(Request, app.current_request).context["authorizer"]["claims"]
    expiry = token_expiry(claims["exp"])
    secret, ticket = issue_to(LeavingsTable(), TicketTable(), person.user_id, expiry, _now())
    url = f"{websocket_url(os.environ['STAGE'])}?ticket={secret}"
    return SocketTicket(url=url, expires_at=ticket.expires_at)


@app.on_ws_connect(name="websocket_connect")
def connect(event: WebsocketEvent) -> dict[str, int]:
    """Open a socket for whoever brings a good ticket."""
    request = event.to_dict()
    query = request.get("queryStringParameters") or {}
    headers = {name.lower(): value for name, value in (request.get("headers") or {}).items()}
    language = language_of(headers.get("accept-language"))
    address = address_of(request["requestContext"])
    try:
        socket = _opening()(query.get("ticket"), address, language, _now())
    except Refused as reason:
        logger.info("refused", extra={"reason": str(reason)})
        return REFUSED
    logger.info("opened", extra={"connection": socket.connection_id})
    return OK


@app.on_ws_message(name="websocket_message")
def answer(event: WebsocketEvent) -> None:
    """Answer one frame of a client."""
    _conversation()(address_of(event.to_dict()["requestContext"]), event.body, _now())


@app.on_ws_disconnect(name="websocket_disconnect")
def disconnect(event: WebsocketEvent) -> None:
    """Close the socket that the gateway reports closed."""
    speaker = _sockets().speaker(event.connection_id)
    if speaker:
        now = _now()
        status = event.to_dict()["requestContext"].get("disconnectStatusCode")
        _closing()(speaker.socket, last_alive(speaker.socket.opened_at, status, now), now)
        logger.info("closed", extra={"connection": event.connection_id, "status": status})


@app.on_dynamodb_record(stream_arn=os.environ["STREAM_CONNECTIONS"], batch_size=100, name="relay_connections")
def relay_connections(event: DynamoDBEvent) -> dict[str, Any]:
    """Publish what the table's stream says."""
    return _relay()(event.to_dict()["Records"])


@app.on_sqs_message(queue=os.environ["QUEUE_RTC_DELIVERY"], batch_size=10, name="deliver")
def deliver(event: SQSEvent) -> dict[str, Any]:
    """Send frames to those whom the events concern."""
    return _delivery()(event.to_dict())


@app.on_sqs_message(queue=os.environ["QUEUE_RTC_MEMBERS"], batch_size=10, name="follow_members")
def follow_members(event: SQSEvent) -> dict[str, Any]:
    """Subscribe new members of channels."""
    return _members()(event.to_dict())


@app.on_sqs_message(queue=os.environ["QUEUE_RTC_ACCOUNTS"], batch_size=10, name="tend_accounts")
def tend_accounts(event: SQSEvent) -> dict[str, Any]:
    """Close the sockets of people who are suspended."""
    return _accounts()(event.to_dict())


@app.on_sqs_message(queue=os.environ["QUEUE_RTC_ERASURE"], batch_size=1, name="erase")
def erase(event: SQSEvent) -> dict[str, Any]:
    """Erase what people leave who deleted their account."""
    return _erasure()(event.to_dict())


def _now() -> datetime:
    return datetime.now(UTC)


@cache
def _sockets() -> SocketTable:
    return SocketTable()


@cache
def _closing() -> Closing:
    return Closing(_sockets())


@cache
def _opening() -> Opening:
    return Opening(TicketTable(), _sockets(), GatewaySender(), _closing())


@cache
def _conversation() -> Conversation:
    return Conversation(RememberedSpeakers(_sockets()), GatewaySender(), _closing())


@cache
def _relay() -> Relay:
    return Relay.on_aws("rtc", outgoing)


@cache
def _delivery() -> QueueConsumer:
    delivery = Delivery(_sockets(), GatewaySender(), _closing(), _now)
    handlers: dict[type[EventData], Handler] = {
        TimelineDeliveredV1: delivery.timeline,
        MessageSentV1: delivery.message,
        NotificationCreatedV2: delivery.notification,
    }
    return QueueConsumer.on_aws("rtc-delivery", handlers)


@cache
def _accounts() -> QueueConsumer:
    suspension = Suspension(_sockets(), GatewaySender(), _closing(), _now)
    handlers: dict[type[EventData], Handler] = {
        AccountSuspendedV1: suspension.suspended,
        AccountReinstatedV1: suspension.reinstated,
    }
    return QueueConsumer.on_aws("rtc-accounts", handlers)


@cache
def _members() -> QueueConsumer:
    return QueueConsumer.on_aws("rtc-members", {MemberJoinedV1: Membership(_sockets()).joined})


@cache
def _erasure() -> QueueConsumer:
    from chalicelib.erasure import Erasure
    from contracts.events.posts import AccountDeletedV1
    from contracts.transport.erasing import ERASE_WORK, Erasing
    from contracts.transport.own_queue import SqsOwnQueue

    queue = SqsOwnQueue(aws_client("sqs"), os.environ["QUEUE_RTC_ERASURE_URL"])
    erasing = Erasing(Erasure(LeavingsTable(), GatewaySender(), _closing(), _now).steps(), queue)
    return QueueConsumer.on_aws(
        "rtc-erasure", {AccountDeletedV1: erasing.deleted}, work={ERASE_WORK: erasing.work}
    )
