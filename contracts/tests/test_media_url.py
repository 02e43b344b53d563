"""Only renditions have an address."""

import pytest
from contracts.http.media_url import media_url


def test_a_rendition_is_served_from_the_root_of_the_page() -> None:
    assert media_url("media/k3y/display.webp") == "/media/k3y/display.webp"


@pytest.mark.parametrize("key", ["uploads/aiko/01ABC", "/media/k3y/display.webp", "mediax", ""])
def test_nothing_else_has_an_address(key: str) -> None:
    with pytest.raises(ValueError, match="only renditions"):
        media_url(key)
