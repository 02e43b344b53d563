"""The catalogue of the real registry, read once."""

import json
from typing import Any

import pytest

from infra.catalogue.asyncapi import document
from infra.catalogue.reading import Catalogue, read
from infra.catalogue.site import as_json


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return read()


@pytest.fixture
def written(catalogue: Catalogue) -> Any:
    """Return the document as a reader of its file gets it."""
    return json.loads(as_json(document(catalogue)))
