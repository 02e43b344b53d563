"""What a refused request would have been answered, for a draft that is published without one."""

from contracts.http.problems import Problem

from chalicelib.drafts import MediaUnfit, Refusal
from chalicelib.routes import ERRORS


def refusal(error: Exception) -> Refusal | None:
    """Return what an error says of a draft, None if it is no domain error: then another try may do."""
    if isinstance(error, MediaUnfit):
        return Refusal(error.hindrance, str(error))
    if isinstance(error, Problem):
        wrong = (f"{one['pointer']}: {one['detail']}" for one in error.errors)
        return Refusal(error.kind.slug, "; ".join(wrong) or error.detail)
    kind = next((kind for known, kind in ERRORS.items() if isinstance(error, known)), None)
    return Refusal(kind.slug, str(error)) if kind else None
