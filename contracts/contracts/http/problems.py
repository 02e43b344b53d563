"""Problem details (RFC 9457): every error a client sees, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MEDIA_TYPE = "application/problem+json"

TYPE_BASE = "urn:hidoki:problem:"
"""A problem's `type` is this and its slug: a name, not an address to fetch."""


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its slug, HTTP status and titles."""

    slug: str
    status: int
    en: str
    ja: str

    def title(self, language: str) -> str:
        """Return the title in `ja` or `en`."""
        return self.ja if language == "ja" else self.en


MALFORMED = Kind("malformed", 400, "The request can't be read", "リクエストを読み取れません")
INVALID = Kind("invalid", 422, "Some fields are not right", "入力内容に誤りがあります")
BAD_CURSOR = Kind("bad-cursor", 400, "This cursor does not belong here", "このカーソルは使えません")
UNAUTHORIZED = Kind("unauthorized", 401, "Sign in first", "サインインしてください")
FORBIDDEN = Kind("forbidden", 403, "You may not do this", "この操作は許可されていません")
NOT_FOUND = Kind("not-found", 404, "There is nothing here", "見つかりません")
METHOD_NOT_ALLOWED = Kind(
    "method-not-allowed", 405, "This method is not offered here", "このメソッドは使えません"
)
PROFILE_REQUIRED = Kind("profile-required", 409, "Make a profile first", "先にプロフィールを作成してください")
ACCOUNT_DELETED = Kind("account-deleted", 410, "This account is deleted", "このアカウントは削除されました")
CONFLICT = Kind("conflict", 409, "This is taken or has changed", "すでに使われているか、変更されています")
TOO_LARGE = Kind("too-large", 413, "The request is too large", "リクエストが大きすぎます")
MEDIA_TYPE_REFUSED = Kind("unsupported-media-type", 415, "Send JSON", "JSONで送信してください")
KEY_REUSED = Kind(
    "idempotency-key-reused",
    422,
    "This Idempotency-Key was used for something else",
    "この冪等キーは別の内容で使われています",
)
SUSPENDED = Kind("suspended", 403, "Your account is suspended", "アカウントは停止されています")
RATE_LIMITED = Kind("rate-limited", 429, "You do this too often", "操作の回数が多すぎます")
PRECONDITION_FAILED = Kind(
    "precondition-failed", 412, "Someone changed this meanwhile", "その間に変更されています"
)
PRECONDITION_REQUIRED = Kind(
    "precondition-required", 428, "Say which version you change", "変更する版を指定してください"
)
UNAVAILABLE = Kind("unavailable", 503, "Try again in a moment", "しばらくしてからもう一度お試しください")
INTERNAL = Kind("internal", 500, "Something went wrong on our side", "サーバーで問題が発生しました")

BY_STATUS = {
    kind.status: kind
    for kind in (
        MALFORMED,
        UNAUTHORIZED,
        FORBIDDEN,
        NOT_FOUND,
        METHOD_NOT_ALLOWED,
        TOO_LARGE,
        MEDIA_TYPE_REFUSED,
    )
}


@dataclass
class Problem(Exception):
    """An error answer: raised anywhere in a request, sent as problem details.

    Parameters
    ----------
    kind
        What sort of problem it is.
    detail
        What to change, in a sentence.
    errors
        For invalid input, one `{"pointer": "#/text", "detail": "…"}` per wrong field.
    headers
        Of the answer, such as `Retry-After`.
    """

    kind: Kind
    detail: str = ""
    errors: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, language: str) -> dict[str, Any]:
        """Return the problem as RFC 9457 names its members."""
        members: dict[str, Any] = {
            "type": TYPE_BASE + self.kind.slug,
            "title": self.kind.title(language),
            "status": self.kind.status,
        }
        if self.detail:
            members["detail"] = self.detail
        if self.errors:
            members["errors"] = list(self.errors)
        return members


def language_of(accept_language: str | None) -> str:
    """Return `ja` or `en`: the first of the two that an Accept-Language header prefers.

    Weights are honoured (RFC 9110 §12.5.4); without a header the language is English.
    """
    best, best_weight = "en", 0.0
    for part in (accept_language or "").split(","):
        tag, _, parameter = part.strip().partition(";")
        language = tag.strip().lower().split("-")[0]
        try:
            weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            weight = 0.0
        if language in {"ja", "en"} and weight > best_weight:
            best, best_weight = language, weight
    return best
