"""The story of posts that are to come: one appears at its time, one is called off, one moved, one refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

from e2e.conftest import SignUp
from e2e.people import Person
from e2e.system import System
from e2e.waiting import eventually

AHEAD = timedelta(seconds=12)
"""Far enough that the scheduler is asked, by functions that are warm: what is nearer waits in the queue."""

DRAFTS = "/posts/v1/drafts"


def test_a_scheduled_post_appears_at_its_time_unless_it_is_called_off(system: System, person: SignUp) -> None:
    aiko, ben = person("Aiko"), person("Ben")
    ben.follow(aiko)
    parent = ben.post("明日の朝は？")

    # Aiko writes four posts for later; whoever looks from outside sees four schedules.
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    comes, called_off, moved = (_draft(aiko, text, later) for text in ("来る", "やめた", "動いた"))
    answer = _draft(aiko, "散歩です", later, in_reply_to=parent["id"])
    eventually(lambda: len(_schedules(system, aiko)) == 4, "there are four schedules", within=40)

    # What the last one answers is deleted. She calls one off, and moves the others.
    assert ben.ask("DELETE", f"/posts/v1/posts/{parent['id']}").status_code == 204
    called_off = _put(aiko, called_off, None)
    moved = _put(aiko, moved, later + timedelta(hours=1))
    at = datetime.now(UTC).replace(microsecond=0) + AHEAD
    comes, answer = (_put(aiko, draft, at) for draft in (comes, answer))
    times = [at, at, later + timedelta(hours=1)]
    eventually(lambda: _schedules(system, aiko) == times, "schedules follow the drafts")

    # At its time the first is with Ben, and bears that time.
    post = eventually(
        lambda: next((one for one in ben.home() if one["text"] == "来る"), None),
        "the scheduled post is with Ben",
        within=AHEAD.total_seconds() + 20,
    )
    assert datetime.now(UTC) >= at
    assert datetime.fromisoformat(post["created_at"]) == at
    assert aiko.ask("GET", f"{DRAFTS}/{comes['id']}").status_code == 404
    assert aiko.send("POST", f"{DRAFTS}/{comes['id']}/publish")["id"] == post["id"]

    # The others are drafts still; the answer says why.
    refused = eventually(
        lambda: next((one for one in [aiko.get(f"{DRAFTS}/{answer['id']}")] if one["problem"]), None),
        "the answer to a deleted post stays a draft",
    )
    assert (refused["problem"]["reason"], refused["publish_at"]) == ("invalid", None)
    drafts = {one["id"]: one for one in aiko.get(DRAFTS)["items"]}
    assert drafts == {one["id"]: one for one in (called_off, moved, refused)}
    assert [one["text"] for one in ben.home() if one["author"]["id"] == aiko.id] == ["来る"]

    # A draft that goes takes its schedule along.
    assert aiko.ask("DELETE", f"{DRAFTS}/{moved['id']}").status_code == 204
    eventually(lambda: not _schedules(system, aiko), "no schedule is left")


def _draft(author: Person, text: str, at: datetime, **more: Any) -> dict[str, Any]:
    body = {"post": {"text": text, **more}, "publish_at": at.isoformat()}
    return author.send("POST", DRAFTS, body)


def _put(author: Person, draft: dict[str, Any], at: datetime | None) -> dict[str, Any]:
    """Change the time of a draft that is as it was seen; a version that is no longer there is refused."""
    body = {"post": draft["post"], "publish_at": at.isoformat() if at else None}
    path = f"{DRAFTS}/{draft['id']}"
    answer = author.ask("PUT", path, json=body, headers={"If-Match": f'"{draft["version"]}"'})
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == f'"{draft["version"] + 1}"'
    stale = author.ask("PUT", path, json={"post": {}}, headers={"If-Match": f'"{draft["version"]}"'})
    assert (stale.status_code, stale.headers["ETag"]) == (412, answer.headers["ETag"])
    return dict(answer.json())


def _schedules(system: System, author: Person) -> list[datetime]:
    """Return the times of someone's schedules, in order."""
    scheduler, group = system.client("scheduler"), f"hidoki-{system.stage}"
    found = []
    for one in scheduler.list_schedules(GroupName=group)["Schedules"]:
        try:
            schedule = scheduler.get_schedule(GroupName=group, Name=one["Name"])
        except scheduler.exceptions.ResourceNotFoundException:
            continue  # it has just fired
        if author.id in schedule["Target"]["Input"]:
            expression = schedule["ScheduleExpression"]
            found.append(datetime.strptime(expression, "at(%Y-%m-%dT%H:%M:%S)").replace(tzinfo=UTC))
    return sorted(found)
