"""API Gateway as this service meets it: where the sockets are, and how frames get to them."""

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

from contracts.transport.clients import aws_client

from chalicelib.delivery import SENDERS
from chalicelib.model import Address
from chalicelib.sending import Gone

TRUSTED_SECONDS = 300
"""How long the WebSocket API's URL is kept before it is read again."""


def websocket_url(stage: str) -> str:
    """Return where clients connect.

    The deploy tool writes it after deploying this service, hence too late for the environment.
    """
    from aws_lambda_powertools.utilities import parameters

    return parameters.get_parameter(f"/hidoki/{stage}/websocket/url", max_age=TRUSTED_SECONDS)


def management_endpoint(context: Mapping[str, Any]) -> str:
    """Return where frames for the connection of a `requestContext` are posted.

    The local cloud has one address for all APIs, which names them in its path.
    """
    local = os.environ.get("AWS_ENDPOINT_URL")
    if local:
        return f"{local}/_aws/execute-api/{context['apiId']}/{context['stage']}"
    return f"https://{context['domainName']}/{context['stage']}"


def address_of(context: Mapping[str, Any]) -> Address:
    """Return the address of the connection that a `requestContext` speaks of."""
    return Address(management_endpoint(context), context["connectionId"])


@cache
def _client(endpoint: str) -> Any:
    return aws_client(
        "apigatewaymanagementapi",
        endpoint=endpoint,
        max_pool_connections=SENDERS,
        connect_timeout=2,
        read_timeout=5,
        retries={"total_max_attempts": 3},
    )


class GatewaySender:
    """Sends frames through the management API of the gateway that holds the connection."""

    def send(self, address: Address, frame: str) -> None:
        """Send a frame, or raise `Gone`."""
        client = _client(address.endpoint)
        try:
            client.post_to_connection(ConnectionId=address.connection_id, Data=frame.encode())
        except client.exceptions.GoneException:
            raise Gone(address.connection_id) from None

    def hang_up(self, address: Address) -> None:
        """Close a connection; nothing if it is closed."""
        client = _client(address.endpoint)
        try:
            client.delete_connection(ConnectionId=address.connection_id)
        except client.exceptions.GoneException:
            return
