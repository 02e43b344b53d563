"""What clients send and see of media."""

from datetime import datetime
from typing import Literal, Self

from contracts.http.media_url import media_url
from contracts.http.reading import example
from contracts.http.routes import Answer, Body
from pydantic import Field

from chalicelib.model import ALT_LIMIT, SIZE_LIMIT, Media, State
from chalicelib.uploads import Declared, Form


class NewMedia(Body):
    """What a file to be uploaded will be."""

    model_config = example(content_type="image/jpeg", size=204_800, alt="京都の紅葉")

    content_type: Literal["image/jpeg", "image/png", "image/webp"]
    size: int = Field(ge=1, le=SIZE_LIMIT, strict=True, description="Bytes of the file")
    sha256: str | None = Field(
        None, pattern=r"^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$", description="Its SHA-256, in base64"
    )
    alt: str = Field("", max_length=ALT_LIMIT, description="A description for those who can't see it")

    def declared(self) -> Declared:
        """Return it in the words of the use case."""
        return Declared(self.content_type, self.size, self.sha256, self.alt)


class UploadView(Answer):
    """Where the file goes, and the form fields to send before it."""

    url: str
    fields: dict[str, str]

    @classmethod
    def of(cls, form: Form) -> Self:
        """Return a form as clients see it."""
        return cls(url=form.url, fields=form.fields)


class SessionView(Answer):
    """An upload session; `upload` is null once there is nothing to upload."""

    id: str
    state: State
    upload: UploadView | None
    expires_at: datetime = Field(description="When S3 stops taking the file")


class RenditionView(Answer):
    """One servable form; `url` is relative to the page's origin."""

    name: str
    url: str
    content_type: str
    width: int
    height: int


class MediaView(Answer):
    """A media item; `reason` is a stable word and `detail` a sentence, when its file was refused."""

    id: str
    state: State
    reason: str | None = None
    detail: str | None = None
    renditions: list[RenditionView]


def session_view(media: Media, form: Form | None) -> SessionView:
    """Return a session as its owner sees it."""
    return SessionView(
        id=media.id,
        state=media.state,
        upload=UploadView.of(form) if form else None,
        expires_at=media.upload_until,
    )


def media_view(media: Media) -> MediaView:
    """Return a media item as its owner sees it."""
    return MediaView(
        id=media.id,
        state=media.state,
        reason=media.reason,
        detail=media.detail,
        renditions=[
            RenditionView(
                name=rendition.name,
                url=media_url(rendition.key),
                content_type=rendition.content_type,
                width=rendition.width,
                height=rendition.height,
            )
            for rendition in media.renditions
        ],
    )
