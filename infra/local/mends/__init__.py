"""Where MiniStack is untrue to AWS in a flow that Hidoki uses: one module a gap, each told by its first line.

A mend replaces a function of MiniStack inside the process that the launcher starts. Each has a test in
`infra/local/tests` that states what AWS does and fails as soon as MiniStack does it by itself.
"""

from importlib import import_module

MENDS = (
    "api_import",
    "archive_filters",
    "close_codes",
    "lambda_log_wait",
    "lambda_packages",
    "lambda_redeploy",
    "lambda_state",
    "lambda_traces",
    "rule_dead_letters",
    "schedule_names",
    "schedules",
    "stream_failures",
    "stream_readers",
    "stream_records",
    "subscription_dead_letters",
)
"""Imported only when applied: the edge needs one of them, and no MiniStack."""


def apply_all() -> None:
    """Apply every mend; call it before MiniStack serves."""
    for mend in MENDS:
        import_module(f"{__name__}.{mend}").apply()
