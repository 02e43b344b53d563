"""Pushes through Amazon SNS: one platform endpoint per device."""

import json
import logging
from dataclasses import dataclass, field
from typing import Any

from chalicelib.model import Device
from chalicelib.pushing import DeviceGone, Message

logger = logging.getLogger("hidoki.notify")

_COLLAPSE_ID = "AWS.SNS.MOBILE.APNS.COLLAPSE_ID"


@dataclass(frozen=True)
class SnsPush:
    """Amazon SNS mobile push.

    Parameters
    ----------
    sns
        A boto3 SNS client.
    application
        ARN of the platform application; empty until a credential for it is there.
    """

    sns: Any = field(repr=False)
    application: str

    def address(self, device: Device) -> str | None:
        """Make a device known to SNS; return the ARN of its endpoint.

        An endpoint that SNS has disabled is enabled: its app has just shown that it lives.
        """
        if not self.application:
            return None
        made = self.sns.create_platform_endpoint(PlatformApplicationArn=self.application, Token=device.token)
        endpoint = str(made["EndpointArn"])
        self.sns.set_endpoint_attributes(
            EndpointArn=endpoint, Attributes={"Enabled": "true", "Token": device.token}
        )
        return endpoint

    def send(self, device: Device, message: Message) -> None:
        """Send a message to a device.

        Raises
        ------
        DeviceGone
            If SNS has disabled the endpoint or knows it no more.
        """
        if device.address is None:
            logger.warning("a device was registered while push was not set up", extra={"device": device.id})
            return
        errors = self.sns.exceptions
        try:
            self.sns.publish(
                TargetArn=device.address,
                MessageStructure="json",
                Message=payload(message),
                MessageAttributes={_COLLAPSE_ID: {"DataType": "String", "StringValue": message.collapse_key}},
            )
        except (errors.EndpointDisabledException, errors.NotFoundException) as gone:
            raise DeviceGone(str(gone)) from None
        except errors.InvalidParameterException as invalid:
            if "No endpoint found" in str(invalid):  # how SNS names an endpoint that was deleted
                raise DeviceGone(str(invalid)) from None
            raise

    def forget(self, device: Device) -> None:
        """Delete the endpoint of a device; deleting it again does nothing."""
        if device.address:
            self.sns.delete_endpoint(EndpointArn=device.address)


def payload(message: Message) -> str:
    """Return a message as SNS takes it: one JSON text for each platform, and one for any other."""
    shown = {"title": message.title, "body": message.body}
    google = {
        "fcmV1Message": {
            "message": {
                "notification": shown,
                "data": dict(message.data),
                "android": {"collapse_key": message.collapse_key},
                "apns": {"headers": {"apns-collapse-id": message.collapse_key}},
                "webpush": {"headers": {"Topic": message.collapse_key}},
            }
        }
    }
    apple = _json({"aps": {"alert": shown}, **message.data})
    platforms = {"GCM": _json(google), "APNS": apple, "APNS_SANDBOX": apple}
    return _json({"default": message.title, **platforms})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
