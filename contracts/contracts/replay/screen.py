"""What the operator sees: tables of places, groups and letters."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from rich.table import Table
from rich.text import Text

from contracts.replay.letters import DeadLetter
from contracts.replay.selection import Group

BODY_CHARACTERS = 300


def age(of: datetime, now: datetime) -> str:
    """Return how old something is, in its largest unit."""
    seconds = max(0.0, (now - of) / timedelta(seconds=1))
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def group_table(title: str, counted: Counter[Group]) -> Table:
    """Return groups, the largest first."""
    table = Table("event", "reason", "attempts", "messages", title=title)
    for group, count in counted.most_common():
        table.add_row(Text(group.type), Text(group.reason), str(group.attempts), str(count))
    return table


def letter_table(letters: Iterable[DeadLetter], now: datetime) -> Table:
    """Return letters, one a row, each with the beginning of its body."""
    table = Table("event", "reason", "attempts", "age", "body", show_lines=True)
    for letter in letters:
        types = sorted({told.type for told in letter.tells})
        table.add_row(
            Text("\n".join(types)),
            Text(letter.reason),
            str(letter.attempts),
            age(letter.parked, now),
            Text(letter.body[:BODY_CHARACTERS] + ("…" if len(letter.body) > BODY_CHARACTERS else "")),
        )
    return table
