"""What each action may cost: the floor that nothing goes below, and the figures that must not get worse."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil

from infra.bench.outcomes import Action, FanOut
from infra.bench.units import Units

MEDIAN_ITEM = 400
"""Bytes that the median post of the corpus may have as it is kept."""

CHUNK = 2_500
WRITES_A_BATCH = 25


@dataclass(frozen=True)
class Expected:
    """The cost of an action.

    Parameters
    ----------
    floor
        What the request alone can't go below, whoever builds it, given what it promises.
    request, calls
        Units and DynamoDB calls of the request.
    following
        Units of all that follows.
    events, runs
        Events published and functions run, the request's own among them, if nothing shares a batch.
    """

    floor: str
    request: Units
    calls: int
    following: Units
    events: int
    runs: int


NOTHING = Units()

EXPECTED: dict[str, Expected] = {
    # Two items in a transaction, which counts double, and a consistent look at what is there.
    "sign up: make a profile": Expected("4 W, 1 event", Units(1, 4), 2, Units(0, 2), 1, 5),
    # After it, whoever is told of something: half a unit says whether they want to hear of that person, and
    # a unit of the news is the index by whom it names, by which it goes with an account.
    "follow": Expected("2 W (edge, index), 1 event", Units(2.5, 2), 5, Units(9.5, 2), 2, 7),
    "read a profile": Expected("0.5 R, 0.5 R (relations)", Units(1.5, 0), 3, NOTHING, 0, 1),
    # What both read, and the item that is told: three items in a transaction, which counts double. Chat keeps
    # what it has to know with a write, and notify with one for each of the two.
    "block someone": Expected("6 W (3 items, all or none), 1 event", Units(2.5, 6), 5, Units(2, 3), 1, 6),
    "mute someone": Expected("6 W (3 items, all or none), 1 event", Units(2.5, 6), 5, Units(0, 1), 1, 3),
    "mute a word": Expected("1 W", Units(0.5, 1), 2, NOTHING, 0, 1),
    # The report, and its place in the queue of moderators; people of the bench have no rate limit.
    "report a post": Expected("1 W, 1 event", Units(0.5, 2), 2, NOTHING, 1, 2),
    "post, the shortest": Expected("1 W, 1 event", Units(0, 1), 1, Units(4.5, 4), 2, 6),
    "post, median": Expected("1 W, 1 event", Units(0, 1), 1, Units(4.5, 4), 2, 6),
    "post that mentions someone": Expected("1.5 R 1 W, 1 event", Units(1.5, 1), 4, Units(8, 6), 3, 10),
    "post, the longest": Expected(
        "5 W (4,000 bytes and keys), 1 event", Units(0, 5), 1, Units(5.5, 20), 2, 6
    ),
    "edit a post": Expected("1 R 4 W (2 items, all or none), 1 event", Units(1, 4), 2, Units(6.5, 5), 2, 8),
    "history of a post": Expected("0.5 R, 0.5 R for 4 KB", Units(1.5, 0), 3, NOTHING, 0, 1),
    # What is counted for another post is its counter and a row; the answer is looked at before and after, and
    # what answers were counted when it goes.
    "quote": Expected("0.5 R 1 W, 1 event", Units(1, 1), 3, Units(11.5, 7), 3, 12),
    "repost": Expected("0.5 R 4 W (2 items, all or none), 1 event", Units(1, 4), 3, Units(11.5, 7), 3, 12),
    "answer": Expected("0.5 R 1 W, 1 event", Units(1, 1), 3, Units(10.5, 8), 3, 12),
    "post with a tag": Expected("1 W, 1 event", Units(0, 1), 1, Units(6.5, 6), 2, 7),
    "pin": Expected("1 R 1 W", Units(2, 1), 3, NOTHING, 0, 1),
    "thread, 20 posts, from its end": Expected("0.5 R, 0.5 R for 4 KB", Units(2.5, 0), 4, NOTHING, 0, 1),
    "posts with a tag": Expected("0.5 R for 4 KB", Units(1, 0), 2, NOTHING, 0, 1),
    "delete a post that was answered, quoted and passed on": Expected(
        "1 R 1 W, 1 event", Units(1, 1), 2, Units(41.5, 29), 6, 26
    ),
    "post with a photo": Expected("1 R 1 W, 1 event", Units(1, 1), 2, Units(5.5, 5), 2, 7),
    "home timeline, 20 posts": Expected("1.5 R", Units(1.5, 0), 2, NOTHING, 0, 1),
    "home timeline, 20 of the longest": Expected("0.5 R for 4 KB", Units(11, 0), 2, NOTHING, 0, 1),
    "profile's posts, 20": Expected("0.5 R for 4 KB", Units(2, 0), 3, NOTHING, 0, 1),
    "search posts": Expected("1 request to the engine", NOTHING, 0, NOTHING, 0, 1),
    "notifications, 20": Expected(
        "0.5 R for 4 KB, 0.5 R of whom one hears nothing", Units(2, 0), 2, NOTHING, 0, 1
    ),
    # Its counter and its row; what it tells the author is two writes more, and once in half an hour.
    "react": Expected("1 W, 1 event", Units(1, 1), 3, Units(5, 4), 2, 7),
    "take a reaction back": Expected("1 W, 1 event", Units(0, 1), 1, Units(1.5, 2), 1, 3),
    "vote": Expected("1 R 1 W, 1 event", Units(1, 1), 3, Units(1.5, 2), 1, 3),
    "bookmark": Expected("1 R 2 W (row, index)", Units(1, 2), 3, NOTHING, 0, 1),
    # Half a unit for a post and half for its counter; half each for relations, what the reader did, and an
    # author's name.
    "live counts of 20 posts": Expected("1 R a post", Units(21.5, 0), 5, NOTHING, 0, 1),
    "live counts of 20 posts, seconds later": Expected(
        "0.5 R (what the reader did)", Units(1, 0), 2, NOTHING, 0, 1
    ),
    "upload session": Expected("1 W", Units(0.5, 2), 2, NOTHING, 0, 1),
    "photo arrives and is made ready": Expected("1 W, 1 event", Units(2, 1), 3, Units(1, 1), 1, 3),
    # The draft, and the count of all; a transaction counts double, and both are read as they are now.
    "keep a draft": Expected("4 W (a draft and the count), 1 R", Units(1, 4), 2, NOTHING, 0, 1),
    "schedule a draft": Expected("1 R 1 W, 1 event, 2 R and a schedule", Units(1, 1), 2, Units(2, 0), 1, 3),
    "call a draft off": Expected("1 R 1 W, 1 event, no schedule", Units(1, 1), 2, NOTHING, 1, 3),
    "publish a draft": Expected(
        "6 W (post, tombstone, count), then as a post", Units(2, 6), 3, Units(4.5, 4), 2, 6
    ),
    "a draft's time comes": Expected("as publishing it", Units(2, 6), 3, Units(4.5, 4), 2, 6),
    "open a channel": Expected("6 W (3 items, all or none), 3 events", Units(1.5, 6), 3, Units(4, 4), 3, 6),
    "chat message to 2 sockets": Expected("1 W, 1 event, 2 frames", Units(2.5, 1), 3, Units(4.5, 2), 2, 7),
    "list messages, 20": Expected("0.5 R for 4 KB, 1 R (may I?)", Units(3.5, 0), 2, NOTHING, 0, 1),
    "socket ticket": Expected("1 W", Units(0.5, 1), 2, NOTHING, 0, 1),
    "socket opens, 1 channel": Expected("1 + 1 a channel W, 1 event", Units(1, 5), 5, Units(1, 1), 1, 3),
    "frame on a socket": Expected("0.5 R, once", Units(1, 0), 1, NOTHING, 0, 1),
    "socket closes": Expected("1 + 1 a channel W, 1 event", Units(1.5, 4), 5, Units(1, 2), 1, 3),
}


def worse(actions: Iterable[Action]) -> Iterator[str]:
    """Return what costs more than it may, and what nobody has said the price of."""
    for action in actions:
        ledger, limit = action.ledger, EXPECTED.get(action.name)
        if limit is None:
            yield f"{action.name} is not in EXPECTED"
            continue
        figures = {
            "read units of the request": (ledger.request.units.read, limit.request.read),
            "write units of the request": (ledger.request.units.write, limit.request.write),
            "calls of the request": (len(ledger.request.calls("dynamodb")), limit.calls),
            "read units after it": (ledger.following.units.read, limit.following.read),
            "write units after it": (ledger.following.units.write, limit.following.write),
            "events": (ledger.events, limit.events),
            "function runs": (len(ledger.runs), limit.runs),
        }
        for what, (measured, allowed) in figures.items():
            if measured > allowed:
                yield f"{action.name}: {measured:g} {what}, {allowed:g} allowed"


def worse_fan_out(fan_out: FanOut) -> Iterator[str]:
    """Return where a fan-out asks for more than its floor."""
    readers, records = fan_out.readers, chunks(fan_out.readers)
    limits = {
        "items": (fan_out.items, readers + records),
        "calls": (fan_out.batches, batches(readers)),
        "runs for chunks": (fan_out.chunk_runs, records),
        "records": (fan_out.records, records),
    }
    for what, (measured, allowed) in limits.items():
        if measured > allowed:
            yield f"fan-out to {readers}: {measured} {what}, {allowed} allowed"


def chunks(people: int) -> int:
    """Return how many chunks so many people are."""
    return ceil(people / CHUNK)


def batches(readers: int) -> int:
    """Return the batches for all entries, with a record in each chunk."""
    sizes = [min(CHUNK, readers - start) for start in range(0, readers, CHUNK)]
    return sum(ceil((size + 1) / WRITES_A_BATCH) for size in sizes)
