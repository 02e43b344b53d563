"""JSON as it goes to the engine and comes back."""

from typing import Any

from opensearchpy import JSONSerializer
from pydantic_core import from_json, to_json


class Json(JSONSerializer):
    """Reads and writes by pydantic's core: opensearch-py's own makes an encoder for each line of a bulk."""

    def dumps(self, data: Any) -> Any:
        """Write a value; text is written already."""
        return data if isinstance(data, str | bytes) else to_json(data).decode()

    def loads(self, s: str) -> Any:
        """Read a text."""
        return from_json(s)
