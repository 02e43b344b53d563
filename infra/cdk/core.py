"""The core stack: what the services talk through and keep their data in."""

import string

from aws_cdk import Aws, Duration, RemovalPolicy, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_secretsmanager as secrets
from constructs import Construct
from contracts.events.consumers import CONSUMERS

from infra.cdk.consumer import Consumer, dead_letter_queue
from infra.cdk.parameters import Parameters
from infra.cdk.people import People
from infra.cdk.scheduling import Scheduling
from infra.cdk.search import Search
from infra.cdk.settings import Settings
from infra.cdk.storage import Storage
from infra.cdk.tables import Tables

ARCHIVE_DAYS = 30
"""Archive and DLQs are forgotten within the 30 days in which an erased person must be gone."""

RELAYING = ("posts", "media", "chat", "rtc", "notify")
"""Services whose tables have a relay."""

PAGING = ("posts", "chat", "notify", "search")
"""Services that give out cursors, each signed with a key of its own."""


class CoreStack(Stack):
    """Bus, archive, consumers, tables, buckets, people, search, secrets and their parameters."""

    def __init__(self, scope: Construct, identity: str, settings: Settings, fingerprint: str) -> None:
        super().__init__(scope, identity, stack_name=settings.called("core"))
        parameters = Parameters(self, settings)
        parameters.publish(
            stage=settings.stage,
            region=Aws.REGION,
            account=Aws.ACCOUNT_ID,
            push_sink_url=settings.push_sink,
            max_receives=str(settings.receives),
            provision__core=fingerprint,
        )
        bus = self._bus(settings, parameters)
        consumers = {
            name: Consumer(self, name, declaration, bus=bus, settings=settings, parameters=parameters)
            for name, declaration in CONSUMERS.items()
        }
        Scheduling(self, settings, parameters, told=consumers["posts-schedule"])
        for service in RELAYING:
            parked = dead_letter_queue(self, f"{service}-relay-dlq", settings.called(f"{service}-relay-dlq"))
            parameters.put(f"relay-dlq/{service}/url", parked.queue_url)
            parameters.put(f"relay-dlq/{service}/arn", parked.queue_arn)
        Tables(self, settings, parameters)
        storage = Storage(self, settings, parameters)
        People(self, settings, parameters, storage.media)
        Search(self, settings, parameters)
        self._cursor_secrets(settings, parameters)

    def _bus(self, settings: Settings, parameters: Parameters) -> events.EventBus:
        bus = events.EventBus(self, "Bus", event_bus_name=f"hidoki-{settings.stage}")
        events.Archive(
            self,
            "Archive",
            archive_name=settings.called("archive"),
            source_event_bus=bus,
            event_pattern=events.EventPattern(source=events.Match.prefix("hidoki.")),
            retention=Duration.days(ARCHIVE_DAYS),
        )
        parameters.publish(bus=bus.event_bus_name, bus__arn=bus.event_bus_arn)
        return bus

    def _cursor_secrets(self, settings: Settings, parameters: Parameters) -> None:
        for service in PAGING:
            secret = secrets.CfnSecret(
                self,
                f"cursor-{service}",
                name=settings.called(f"cursor-{service}"),
                generate_secret_string=secrets.CfnSecret.GenerateSecretStringProperty(
                    secret_string_template='{"kid": "1"}',  # noqa: S106 - the template has no secret
                    generate_string_key="key",
                    # 44 letters and digits are the base64 of 33 bytes.
                    password_length=44,
                    exclude_characters=string.punctuation,
                ),
            )
            secret.apply_removal_policy(RemovalPolicy.RETAIN if settings.keep else RemovalPolicy.DESTROY)
            parameters.put(f"cursor-secret/{service}", secret.attr_id)
