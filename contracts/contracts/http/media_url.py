"""Where a rendition is served: on the page's own origin, whose `/media/` is the media bucket."""

RENDITIONS = "media/"
"""What the keys of all renditions begin with; nothing else in the bucket is ever served."""


def media_url(key: str) -> str:
    """Return the root-relative URL of a public rendition.

    Parameters
    ----------
    key
        The object's key, such as `media/<unguessable>/display.webp`.

    Raises
    ------
    ValueError
        If the key is none of a rendition's: an upload as it came must never get an address.
    """
    if not key.startswith(RENDITIONS):
        raise ValueError("only renditions are served")
    return f"/{key}"
