"""What differs between stages: everything else is the same template."""

from dataclasses import dataclass

from infra.local.place import Place
from infra.stages import EMPTY, Stage

FUNCTION_TIMEOUT_SECONDS = 30
"""The longest a queue consumer may run; its queue hides a message six times as long."""


@dataclass(frozen=True)
class Settings:
    """The choices of one stage.

    Parameters
    ----------
    stage
        Name of the stage.
    keep
        Whether deleting the stack keeps tables, buckets and users.
    tls
        Whether clients reach the buckets over TLS only.
    visibility_seconds
        How long a queue hides a message that a consumer has.
    receives
        After how many receipts a message goes to the DLQ.
    target_retries, target_age_seconds
        How long the bus tries to reach a queue.
    schedule_lead_seconds
        How far ahead something is scheduled at least; Scheduler is exact to the minute.
    page_origins
        From where a browser may post an upload to the media bucket.
    search_endpoint
        A search engine that is there already; none: the stack makes a domain.
    push_sink
        Where pushes go in the place of phones; `-` for none.
    """

    stage: str
    keep: bool = True
    tls: bool = True
    visibility_seconds: int = 6 * FUNCTION_TIMEOUT_SECONDS
    receives: int = 5
    target_retries: int = 185
    target_age_seconds: int = 24 * 3600
    schedule_lead_seconds: int = 60
    page_origins: tuple[str, ...] = ("https://*.cloudfront.net",)
    search_endpoint: str | None = None
    push_sink: str = EMPTY

    @classmethod
    def of(cls, stage: Stage) -> "Settings":
        """Return the settings of a stage."""
        if not stage.local:
            return cls(stage.name)
        place = Place.from_environment()
        return cls(
            stage.name,
            keep=False,
            tls=False,
            visibility_seconds=20,  # twice the slowest cold start seen on a busy machine
            receives=2,
            target_retries=2,
            target_age_seconds=60,
            schedule_lead_seconds=2,
            page_origins=tuple(f"http://{host}:{place.edge_port}" for host in ("127.0.0.1", "localhost")),
            search_endpoint=place.search_endpoint,
            push_sink=place.push_sink,
        )

    def called(self, name: str) -> str:
        """Return the full name of a shared thing."""
        return f"hidoki-{self.stage}-{name}"
