"""Where the local cloud lives: its ports, its folders and its credentials."""

import os
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
REGION = "ap-northeast-1"
ACCOUNT = "000000000000"
STAGE = "local"
REPOSITORY = Path(__file__).resolve().parents[2]
SERVICES = ("posts", "media", "chat", "rtc", "notify", "search")


@dataclass(frozen=True)
class Place:
    """One local cloud; another offset is another cloud with ports, data and logs of its own.

    Parameters
    ----------
    offset
        Added to every port (`HIDOKI_PORT_OFFSET`).
    """

    offset: int = 0

    @classmethod
    def from_environment(cls) -> "Place":
        """Read the port offset that the person asked for."""
        return cls(int(os.environ.get("HIDOKI_PORT_OFFSET") or 0))

    @property
    def cloud_port(self) -> int:
        """Port of the AWS endpoint."""
        return 4566 + self.offset

    @property
    def search_port(self) -> int:
        """Port of the search engine."""
        return 9200 + self.offset

    @property
    def push_port(self) -> int:
        """Port of the push sink."""
        return 4570 + self.offset

    @property
    def edge_port(self) -> int:
        """Port of the page and everything behind its origin."""
        return 8080 + self.offset

    @property
    def trace_port(self) -> int:
        """UDP port to which functions send the segments of sampled traces; who listens there hears them."""
        return 2000 + self.offset

    @property
    def endpoint(self) -> str:
        """The AWS endpoint (`AWS_ENDPOINT_URL`)."""
        return f"http://{HOST}:{self.cloud_port}"

    @property
    def search_endpoint(self) -> str:
        """The search engine's endpoint."""
        return f"http://{HOST}:{self.search_port}"

    @property
    def push_sink(self) -> str:
        """Where the local push adapter delivers and tests read."""
        return f"http://{HOST}:{self.push_port}/push"

    @property
    def traces(self) -> str:
        """Where the X-Ray daemon would be (`AWS_XRAY_DAEMON_ADDRESS`)."""
        return f"{HOST}:{self.trace_port}"

    @property
    def page(self) -> str:
        """The one address a person needs."""
        return f"http://{HOST}:{self.edge_port}"

    @property
    def folder(self) -> Path:
        """Everything this cloud keeps on disk."""
        return REPOSITORY / ".hidoki" / (f"cloud-{self.offset}" if self.offset else "cloud")

    @property
    def logs(self) -> Path:
        """One log file a process."""
        return self.folder / "logs"

    @property
    def data(self) -> Path:
        """What `make clean` forgets."""
        return self.folder / "data"

    def client_environment(self) -> dict[str, str]:
        """Return what an AWS client needs to speak to this cloud and to no other."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "HIDOKI_PORT_OFFSET": str(self.offset),
        }
