"""Where MiniStack is untrue to AWS in a flow that Hidoki uses: one module a gap, each told by its first line.

A mend replaces a function of MiniStack inside the process that the launcher starts. Each has a test in
`infra/local/tests` that states what AWS does and fails as soon as MiniStack does it by itself.
"""

from infra.local.mends import (
    api_import,
    lambda_log_wait,
    lambda_packages,
    lambda_redeploy,
    lambda_state,
    rule_dead_letters,
    stream_readers,
    stream_records,
)

MENDS = (
    api_import,
    lambda_log_wait,
    lambda_packages,
    lambda_redeploy,
    lambda_state,
    rule_dead_letters,
    stream_readers,
    stream_records,
)


def apply_all() -> None:
    """Apply every mend; call it before MiniStack serves."""
    for mend in MENDS:
        mend.apply()
