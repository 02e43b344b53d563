"""Start MiniStack with its gaps mended, in this process.

`HIDOKI_MENDS=off` starts it as it is, which the tests of the mends use to see when one is no longer needed.
"""

import os
import sys

from infra.local import mends

SWITCH_SECONDS = 0.0005
"""How long one thread of the cloud may hold up the others (Python's default is 5 ms).

The gateway, every queue's and every stream's reader are threads of this one process; on AWS they are machines
of their own, which don't wait for each other.
"""


def main() -> None:
    """Apply the mends and serve until SIGTERM."""
    sys.setswitchinterval(SWITCH_SECONDS)
    if os.environ.get("HIDOKI_MENDS") != "off":
        mends.apply_all()
    from ministack.app import main as serve

    serve()


if __name__ == "__main__":
    main()
