"""The deployed system as its clients see it: its addresses, and AWS clients for what people can't reach."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from localstack_client.session import Session


@dataclass(frozen=True)
class System:
    """One running stage.

    Parameters
    ----------
    urls
        What `make urls` prints.
    through_page
        Whether people come through the page's origin, as browsers do, or straight to the gateway.
    """

    urls: dict[str, Any]
    through_page: bool = True

    @classmethod
    def running(cls) -> "System":
        """Return the stage that runs here, or the one that `HIDOKI_URLS` (JSON) describes."""
        text = (
            os.environ.get("HIDOKI_URLS")
            or subprocess.run(
                [sys.executable, "-m", "infra.local", "urls"], check=True, capture_output=True, text=True
            ).stdout
        )
        return cls(json.loads(text))

    @property
    def page(self) -> str:
        """The one origin that people open."""
        return str(self.urls["page"])

    def address(self, path: str) -> str:
        """Return the address of a route, such as `/posts/v1/posts`."""
        if self.through_page:
            return f"{self.page}/api{path}"
        service, route = path.removeprefix("/").split("/", 1)
        return f"{self.urls['api'][service]}/{route}"

    @property
    def stage(self) -> str:
        """Its name."""
        return str(self.urls["stage"])

    def called(self, name: str) -> str:
        """Return the full name of a shared thing."""
        return f"hidoki-{self.stage}-{name}"

    @cached_property
    def session(self) -> Any:
        """Clients of a LocalStack-compatible endpoint."""
        os.environ["AWS_ENDPOINT_URL"] = str(self.urls["endpoint"])
        key, secret = (
            os.environ.get(name, "test") for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
        )
        return Session(aws_access_key_id=key, aws_secret_access_key=secret, region_name=self.urls["region"])

    def client(self, service: str) -> Any:
        """Return a boto3 client."""
        return self.session.client(service)
