"""Start MiniStack with its gaps mended, in this process.

`HIDOKI_MENDS=off` starts it as it is, which the tests of the mends use to see when one is no longer needed.
"""

import os

from infra.local import mends


def main() -> None:
    """Apply the mends and serve until SIGTERM."""
    if os.environ.get("HIDOKI_MENDS") != "off":
        mends.apply_all()
    from ministack.app import main as serve

    serve()


if __name__ == "__main__":
    main()
