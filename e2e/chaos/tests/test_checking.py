"""The checker: it passes what is right and catches a lost, a doubled, a stale and an uncalled-for entry."""

from base64 import urlsafe_b64decode
from collections.abc import Callable
from uuid import UUID

import pytest
from ulid import ULID

from e2e.chaos import models
from e2e.chaos.checking import Finding, Found, ReadModel, Wrong, of_bus, of_history
from e2e.chaos.history import Edge, History, Member, Message, Outcome, Post, post_id
from e2e.chaos.truth import Fact, Truth, follows

AIKO, BEN, CHIE = (str(UUID(int=number)) for number in (1, 2, 3))
BEFORE, DURING, AFTER = 1.0, 2.0, 3.0


def a_post(author: str, text: str, outcome: Outcome = Outcome.DONE, started: float = DURING) -> Post:
    return Post(post_id(author, str(ULID())), author, text, outcome, started)


class Run:
    """A small run: Aiko posts and whispers, Ben follows her, and all is as it should be."""

    def __init__(self) -> None:
        self.history, self.truth = History(), Truth()
        for person, name in ((AIKO, "Aiko"), (BEN, "Ben"), (CHIE, "Chie")):
            self.history.members[person] = Member(person, name.lower(), [name], f"phone-{name}")
            self.truth.names[person], self.truth.renamed[person] = name, 1
        self.post = self.made(a_post(AIKO, "hello"))
        self.follow(BEN, AIKO, ended=BEFORE)

    def made(self, post: Post) -> Post:
        self.history.posts[post.id] = post
        self.truth.posts[post.id] = post.text
        return post

    def follow(self, follower: str, followee: str, *, ended: float) -> None:
        self.turn(follower, followee, Outcome.DONE, ended)
        self.truth.following[follower, followee] = True, 1
        self.truth.add(*follows(follower, followee, 1))

    def turn(self, follower: str, followee: str, outcome: Outcome, ended: float) -> None:
        self.history.turned(follower, followee, True, outcome, ended)
        edge = self.history.edges[follower, followee]
        edge.turns[-1] = edge.turns[-1].__class__(True, outcome, ended, ended)

    def homes(self, found: Found) -> list[Finding]:
        return list(models.homes(self.history, self.truth, ReadModel("home", found)).findings())

    def inboxes(self, found: Found) -> list[Finding]:
        model = ReadModel("inboxes", found)
        return list(models.notifications(self.history, self.truth, model).findings())


@pytest.fixture
def run() -> Run:
    return Run()


def wrongs(findings: list[Finding]) -> list[Wrong]:
    return [finding.wrong for finding in findings]


def right(run: Run) -> Found:
    return {(AIKO, run.post.id): ["hello"], (BEN, run.post.id): ["hello"]}


def test_a_timeline_that_is_right_has_no_findings(run: Run) -> None:
    assert run.homes(right(run)) == []
    assert list(of_history(run.history, run.truth)) == []


@pytest.mark.parametrize(
    ("spoil", "wrong"),
    [
        (lambda found, key: found.pop(key), Wrong.LOST),
        (lambda found, key: found[key].append("hello"), Wrong.DOUBLED),
        (lambda found, key: found.update({key: ["hallo"]}), Wrong.STALE),
        (lambda found, _: found.update({(CHIE, "another post"): ["hello"]}), Wrong.UNCALLED),
    ],
)
def test_one_wrong_entry_is_caught(
    run: Run, spoil: Callable[[Found, tuple[str, ...]], object], wrong: Wrong
) -> None:
    found = right(run)
    spoil(found, (BEN, run.post.id))

    assert wrongs(run.homes(found)) == [wrong]


def test_a_lost_entry_names_the_event_that_brings_it(run: Run) -> None:
    found = right(run)
    del found[BEN, run.post.id]

    (lost,) = run.homes(found)

    assert lost.facts == (Fact("post.published.v2", f"post/{run.post.id}", 1),)
    assert lost.facts[0].id in str(lost)


def test_a_deleted_post_must_be_gone_everywhere(run: Run) -> None:
    found = right(run)
    run.truth.posts[run.post.id] = None
    run.post.deletion = Outcome.DONE

    assert wrongs(run.homes(found)) == [Wrong.UNCALLED, Wrong.UNCALLED]
    assert run.homes({}) == []
    assert list(of_history(run.history, run.truth)) == []


def test_who_began_to_follow_after_a_post_was_sent_has_it_among_the_newest(run: Run) -> None:
    run.follow(CHIE, AIKO, ended=AFTER)

    assert wrongs(run.homes(right(run))) == [Wrong.LOST]
    assert run.homes(right(run) | {(CHIE, run.post.id): ["hello"]}) == []


def test_an_older_post_may_have_come_at_an_earlier_follow_or_not(run: Run) -> None:
    run.follow(CHIE, AIKO, ended=AFTER)
    found = right(run)
    for number in range(models.BACKFILL):
        post = run.made(a_post(AIKO, str(number), started=AFTER + 1))
        found |= {(reader, post.id): [post.text] for reader in (AIKO, BEN, CHIE)}

    assert run.homes(found) == []
    assert run.homes(found | {(CHIE, run.post.id): ["hello"]}) == []


def test_of_whom_one_follows_no_longer_nothing_stays(run: Run) -> None:
    run.truth.following[BEN, AIKO] = False, 2

    assert wrongs(run.homes(right(run))) == [Wrong.UNCALLED]


def test_an_edge_remembers_what_it_may_have_been() -> None:
    history = History()
    for there, outcome in ((True, Outcome.DONE), (False, Outcome.UNKNOWN), (True, Outcome.REFUSED)):
        history.turned(BEN, AIKO, there, outcome, 0.0)
    edge = history.edges[BEN, AIKO]

    assert edge.last() == {True, False}
    assert edge.states() == {True, False}
    assert Edge(edge.turns[:1]).states(since=edge.turns[0].ended) == {True}
    assert Edge().states() == {False}


@pytest.mark.parametrize(
    ("outcome", "there", "wrong"),
    [
        (Outcome.DONE, True, []),
        (Outcome.DONE, False, [Wrong.LOST]),
        (Outcome.UNKNOWN, True, []),
        (Outcome.UNKNOWN, False, []),
        (Outcome.REFUSED, True, [Wrong.UNCALLED]),
        (Outcome.REFUSED, False, []),
    ],
)
def test_what_was_accepted_is_there_and_what_was_refused_is_not(
    run: Run, outcome: Outcome, there: bool, wrong: list[Wrong]
) -> None:
    post = run.made(a_post(AIKO, "again", outcome))
    if not there:
        del run.truth.posts[post.id]

    assert wrongs(list(of_history(run.history, run.truth))) == wrong


def test_a_post_of_unknown_fate_is_everywhere_or_nowhere(run: Run) -> None:
    post = run.made(a_post(AIKO, "perhaps", Outcome.UNKNOWN))

    assert wrongs(run.homes(right(run))) == [Wrong.LOST, Wrong.LOST]
    del run.truth.posts[post.id]
    assert run.homes(right(run)) == []


def test_what_nobody_did_is_caught(run: Run) -> None:
    run.truth.posts["ghost"] = "boo"
    run.truth.messages["ghost"] = "channel", AIKO, "boo"

    assert wrongs(list(of_history(run.history, run.truth))) == [Wrong.UNCALLED, Wrong.UNCALLED]


def test_an_accepted_deletion_message_name_edge_or_channel_that_is_not_so_is_caught(run: Run) -> None:
    run.post.deletion = Outcome.DONE
    run.history.messages["m"] = Message("m", "channel", AIKO, BEN, "psst", Outcome.DONE)
    run.history.members[AIKO].renamed("Aki", Outcome.DONE)
    run.truth.following[BEN, AIKO] = False, 2
    run.history.channels[frozenset((AIKO, BEN))] = "channel"

    found = list(of_history(run.history, run.truth))

    assert {finding.model for finding in found} == {"posts", "messages", "names", "follows", "channels"}


def test_a_name_of_unknown_fate_may_be_the_old_or_the_new(run: Run) -> None:
    run.history.members[AIKO].renamed("Aki", Outcome.UNKNOWN)

    assert list(of_history(run.history, run.truth)) == []
    run.truth.names[AIKO] = "Aki"
    assert list(of_history(run.history, run.truth)) == []


def test_each_follow_is_one_notification(run: Run) -> None:
    run.truth.following[BEN, AIKO] = True, 3
    key = (AIKO, "follow", BEN, "")

    assert run.inboxes({key: ["n1", "n2"]}) == []
    assert wrongs(run.inboxes({key: ["n1"]})) == [Wrong.LOST]
    assert wrongs(run.inboxes({key: ["n1", "n2", "n3"]})) == [Wrong.DOUBLED]


def test_who_is_answered_hears_of_the_answer_only_and_nobody_of_their_own() -> None:
    post = a_post(AIKO, "to all")
    post.mentions, post.answers = (BEN, AIKO), BEN

    assert post.addressed == {BEN: "reply"}


def test_a_push_may_come_twice_but_not_never(run: Run) -> None:
    inboxes: Found = {(AIKO, "follow", BEN, ""): ["n1"]}

    def findings(found: Found) -> list[Wrong]:
        model = ReadModel("pushes", found, repeats=True)
        return wrongs(list(models.pushes(run.history, inboxes, model).findings()))

    assert findings({(AIKO, "n1"): ["n1", "n1"]}) == []
    assert findings({}) == [Wrong.LOST]
    assert findings({(AIKO, "n1"): ["n1"], (AIKO, "n2"): ["n2"]}) == [Wrong.UNCALLED]


def test_a_socket_must_hear_each_event_of_its_person(run: Run) -> None:
    delivered = Fact("timeline.delivered.v1", "chunk/p/1/a", 1)
    run.truth.add(delivered)
    run.truth.delivered[delivered.id] = AIKO, BEN

    def findings(found: Found) -> list[Wrong]:
        model = ReadModel("frames", found, repeats=True)
        return wrongs(list(models.frames(frozenset({BEN}), run.truth, model).findings()))

    assert findings({(BEN, delivered.id): ["timeline.post"]}) == []
    assert findings({}) == [Wrong.LOST]


def test_a_write_whose_event_never_came_to_the_bus_is_caught(run: Run) -> None:
    (fact,) = follows(BEN, AIKO, 1)

    assert [finding.facts for finding in of_bus(run.truth, {})] == [(fact,)]
    assert list(of_bus(run.truth, {fact.id: 2})) == []


def test_the_id_of_a_post_is_told_by_its_author_and_key() -> None:
    key = str(ULID())

    encoded = post_id(AIKO, key)

    assert len(encoded) == 43
    assert urlsafe_b64decode(encoded + "=") == UUID(AIKO).bytes + ULID.from_str(key).bytes
