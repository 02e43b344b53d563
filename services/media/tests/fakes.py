"""The ports of the media service in memory, with a failure at any step that a test wants."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from chalicelib.intake import Intake
from chalicelib.model import UPLOAD_WITHIN, Media, State, Verdict, WrongSize
from chalicelib.uploads import Form
from ulid import ULID

AIKO, BEN = "a1c0-aiko", "be00-ben"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Outage(Exception):
    """A failure that is ours, not the file's."""


@dataclass
class Steps:
    """Counts the steps that are taken outside, and fails at one: before it, or just after it was done."""

    fail_at: int | None = None
    after: bool = False
    taken: int = 0

    def before_step(self) -> None:
        self.taken += 1
        if self.taken == self.fail_at and not self.after:
            raise Outage

    def after_step(self) -> None:
        if self.taken == self.fail_at and self.after:
            raise Outage


@dataclass
class MemoryShelf:
    """Media items in memory."""

    items: dict[str, Media] = field(default_factory=dict)
    steps: Steps = field(default_factory=Steps)
    settled: list[Verdict] = field(default_factory=list)
    leavers: set[str] = field(default_factory=set)

    def left(self, user: str) -> bool:
        return user in self.leavers

    def open(self, media: Media) -> bool:
        if media.id in self.items:
            return False
        self.items[media.id] = media
        return True

    def find(self, media_id: str) -> Media | None:
        self.steps.before_step()
        return self.items.get(media_id)

    def settle(self, media: Media, verdict: Verdict, at: datetime) -> bool:
        self.steps.before_step()
        now = self.items.get(media.id)
        if now is None or now.sequence != media.sequence:
            return False
        self.settled.append(verdict)
        self.items[media.id] = replace(
            now,
            state=State.FAILED if verdict.reason else State.READY,
            sequence=now.sequence + 1,
            reason=verdict.reason,
            detail=verdict.detail,
            renditions=verdict.renditions,
        )
        self.steps.after_step()
        return True


@dataclass
class MemoryObjects:
    """A bucket in memory."""

    objects: dict[str, bytes] = field(default_factory=dict)
    steps: Steps = field(default_factory=Steps)
    read_bytes: int = 0

    def read(self, key: str, size: int) -> bytes | None:
        self.steps.before_step()
        data = self.objects.get(key)
        if data is None:
            return None
        if len(data) != size:
            raise WrongSize(len(data))
        self.read_bytes += len(data)
        return data

    def put_if_absent(self, key: str, data: bytes, content_type: str) -> bytes:
        self.steps.before_step()
        stored = self.objects.setdefault(key, data)
        self.steps.after_step()
        return stored

    def delete(self, key: str) -> None:
        self.steps.before_step()
        self.objects.pop(key, None)
        self.steps.after_step()


class PlainSigner:
    """Signs nothing, but says for what and how long it would."""

    def form(self, media: Media, valid: timedelta) -> Form:
        return Form("https://bucket.example/", {"key": media.upload_key, "valid": str(valid)})


@dataclass
class Cloud:
    """One shelf and one bucket, and what arrives in it."""

    shelf: MemoryShelf = field(default_factory=MemoryShelf)
    bucket: MemoryObjects = field(default_factory=MemoryObjects)

    def __post_init__(self) -> None:
        self.intake = Intake(self.shelf, self.bucket)

    def announced(self, file: bytes, content_type: str = "image/jpeg", **fields: object) -> Media:
        """A session for just this file."""
        media = Media(
            id=str(ULID()),
            owner=AIKO,
            content_type=content_type,
            size=len(file),
            sha256=None,
            alt="京都の紅葉",
            token="k3y",
            request="digest",
            upload_until=NOON + UPLOAD_WITHIN,
        )
        media = replace(media, **fields)  # type: ignore[arg-type]
        self.shelf.items[media.id] = media
        return media

    def uploaded(self, file: bytes, content_type: str = "image/jpeg", **fields: object) -> Media:
        """A session whose file has arrived."""
        media = self.announced(file, content_type, **fields)
        self.bucket.objects[media.upload_key] = file
        return media

    def fail_at(self, step: int | None, *, after: bool = False) -> None:
        """Let the step fail: before it is done, or after."""
        self.shelf.steps = self.bucket.steps = Steps(step, after)

    def now(self, media: Media) -> Media:
        return self.shelf.items[media.id]
