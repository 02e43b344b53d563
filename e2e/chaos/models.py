"""What each read model must show, computed from the writes."""

from collections.abc import Iterator

from e2e.chaos.checking import Found, ReadModel, Wanted
from e2e.chaos.history import History, Post
from e2e.chaos.reading import Reader
from e2e.chaos.truth import Fact, Truth, follows

BACKFILL = 20
"""Posts that come to the timeline of who begins to follow someone."""


def read_models(history: History, truth: Truth, reader: Reader) -> Iterator[ReadModel]:
    """Return every read model of the system as it must be and as it is."""
    yield homes(history, truth, ReadModel("home timelines", reader.homes()))
    yield _visible_posts(truth, ReadModel("profile timelines", reader.profiles()))
    yield _visible_posts(truth, ReadModel("search: posts", reader.index("posts", "text")))
    yield _people(truth, ReadModel("search: people", reader.index("people", "name")))
    yield _people(truth, ReadModel("notify: people", reader.readers()))
    yield channels(truth, ReadModel("chat: channels and names", reader.channels()))
    yield members(truth, ReadModel("rtc: members", reader.members()))
    inboxes = reader.inboxes()
    yield notifications(history, truth, ReadModel("inboxes", inboxes))
    yield pushes(history, inboxes, ReadModel("pushes", reader.pushes(), repeats=True))
    yield sockets(truth, ReadModel("notify: open sockets", reader.sockets()))
    yield frames(reader.listening(), truth, ReadModel("socket frames", reader.frames(), repeats=True))


def homes(history: History, truth: Truth, model: ReadModel) -> ReadModel:
    """Return the home timelines: own posts, and those of whom one follows in the end.

    Of whom one follows by then come all posts since, and the newest of those before. Which others came at
    an earlier follow can't be told. Of whom one follows no longer nothing stays.
    """
    for post in history.posts.values():
        text = truth.posts.get(post.id)
        if text is None:
            continue
        wanted = Wanted(text, (_published(post.id),))
        model.wanted[post.author, post.id] = wanted
        newest = _newer(history, post) < BACKFILL
        for reader in history.members.keys() - {post.author}:
            edge = reader, post.author
            if not truth.following.get(edge, (False, 0))[0]:
                continue
            if newest or history.edges[edge].states(post.started) == {True}:
                model.wanted[reader, post.id] = wanted
            else:
                model.either.add((reader, post.id))
    return model


def _newer(history: History, post: Post) -> int:
    """Return how many posts of the same author were sent later, whatever became of them."""
    return sum(
        other.author == post.author and other.started > post.started for other in history.posts.values()
    )


def _visible_posts(truth: Truth, model: ReadModel) -> ReadModel:
    for identity, text in truth.posts.items():
        if text is not None:
            model.wanted[identity,] = Wanted(text, (_published(identity),))
    return model


def _people(truth: Truth, model: ReadModel) -> ReadModel:
    for person, name in truth.names.items():
        model.wanted[person,] = Wanted(name, (_named(truth, person),))
    return model


def channels(truth: Truth, model: ReadModel) -> ReadModel:
    """Return each member's channels, with their members by the names that chat has heard of."""
    for channel, those in truth.channels.items():
        for reader in those:
            for member in those:
                key = (reader, channel, member)
                model.wanted[key] = Wanted(truth.names[member], (_named(truth, member),))
    return model


def members(truth: Truth, model: ReadModel) -> ReadModel:
    """Return what rtc knows of who is in which channel."""
    for channel, those in truth.channels.items():
        for member in those:
            joined = Fact("member.joined.v1", f"member/{channel}/{member}", 1)
            model.wanted[member, channel] = Wanted("member", (joined,))
    return model


def notifications(history: History, truth: Truth, model: ReadModel) -> ReadModel:
    """Return the inboxes: a notification for each follow, address and message, and no other."""
    for (follower, followee), (_, sequence) in truth.following.items():
        facts = tuple(follows(follower, followee, sequence))
        model.wanted[followee, "follow", follower, ""] = Wanted(None, facts, len(facts))
    for post in history.posts.values():
        for reader, kind in post.addressed.items() if post.id in truth.posts else ():
            model.wanted[reader, kind, post.author, post.id] = Wanted(None, (_published(post.id),))
    for identity, (channel, author, text) in truth.messages.items():
        sent = Fact("message.sent.v1", f"message/{channel}/{identity}", 1)
        for reader in set(truth.channels[channel]) - {author}:
            model.wanted[reader, "message", author, text] = Wanted(None, (sent,))
    return model


def pushes(history: History, inboxes: Found, model: ReadModel) -> ReadModel:
    """Return the pushes: each notification of someone with a phone, at least once, under its own id."""
    for (reader, *_), notes in inboxes.items():
        for note in notes if history.members[reader].device else ():
            created = Fact("notification.created.v2", f"notification/{note}", 1)
            model.wanted[reader, note] = Wanted(note, (created,))
    return model


def sockets(truth: Truth, model: ReadModel) -> ReadModel:
    """Return the sockets that notify knows to be open."""
    for connection, person in truth.sockets.items():
        opened = Fact("connection.opened.v1", f"connection/{connection}", 1)
        model.wanted[person, connection] = Wanted("open", (opened,))
    return model


def frames(listening: frozenset[str], truth: Truth, model: ReadModel) -> ReadModel:
    """Return what sockets must have heard: each event that concerns their person, at least once."""
    audiences = {
        **truth.delivered,
        **{event: (reader,) for event, reader in truth.notified.items()},
        **{
            Fact("message.sent.v1", f"message/{channel}/{identity}", 1).id: truth.channels[channel]
            for identity, (channel, _, _) in truth.messages.items()
        },
    }
    for event, audience in audiences.items():
        for person in listening.intersection(audience):
            model.wanted[person, event] = Wanted(None, (truth.facts[event],))
    return model


def _published(post: str) -> Fact:
    return Fact("post.published.v2", f"post/{post}", 1)


def _named(truth: Truth, person: str) -> Fact:
    sequence = truth.renamed[person]
    kind = "profile.created.v1" if sequence == 1 else "profile.updated.v1"
    return Fact(kind, f"profile/{person}", sequence)
