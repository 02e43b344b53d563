"""What people do during the run: each does one thing after the other, several people at a time."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from time import monotonic
from typing import Any

import httpx
from ulid import ULID

from e2e.chaos.history import History, Member, Message, Outcome, Post, post_id
from e2e.people import Person, sign_up
from e2e.sockets import Socket
from e2e.system import System
from e2e.waiting import eventually

AT_ONCE = 6
PATIENCE = 0.6
"""How likely someone sends again, under the same key, what was answered by a failure."""

REQUEST_SECONDS = 60
"""Longer than any function may run: an answer that is cut is not going on behind our back."""

FOLLOWS = 4
WITH_SOCKET = 8
"""Every so many-th person keeps a socket open, all others have a phone."""

JOIN_SECONDS = 120.0

HABITS: tuple[tuple[str, int], ...] = (
    ("post", 34),
    ("message", 34),
    ("delete", 8),
    ("turn", 7),
    ("rename", 5),
    ("befriend", 12),
)


@dataclass
class Actor:
    """One person and their habits.

    Parameters
    ----------
    person
        Who they are.
    chance
        Decides what they do next.
    history
        Where it is written down.
    """

    person: Person
    chance: Random
    history: History
    mark: str
    others: list["Actor"] = field(default_factory=list)
    friends: list[str] = field(default_factory=list)
    socket: Socket | None = None
    done: int = 0

    @property
    def id(self) -> str:
        """Their user id."""
        return self.person.id

    @property
    def me(self) -> Member:
        """What the history knows of them."""
        return self.history.members[self.id]

    def act(self) -> None:
        """Do one thing."""
        kinds, weights = zip(*HABITS, strict=True)
        self.done += 1
        getattr(self, self.chance.choices(kinds, weights)[0])()

    def post(self) -> None:
        """Publish something, now and then to someone."""
        text, parent = f"{self.mark} says {self.done}", None
        mentions: tuple[str, ...] = ()
        luck = self.chance.random()
        if luck < 0.2:
            other = self.chance.choice(self.others)
            text, mentions = f"{text} @{other.person.handle}", (other.id,)
        elif luck < 0.3:
            parent = self._someone_s_post()
        key, started = str(ULID()), monotonic()
        body = {"text": text} | ({"in_reply_to": parent.id} if parent else {})
        outcome, _ = self.send("POST", "/posts/v1/posts", body, key)
        made = Post(post_id(self.id, key), self.id, text, outcome, started, mentions)
        made.answers = parent.author if parent else None
        self.history.posts[made.id] = made

    def delete(self) -> None:
        """Take back a post."""
        mine = [
            post
            for post in list(self.history.posts.values())
            if post.author == self.id and post.outcome is Outcome.DONE and post.deletion is None
        ]
        if mine:
            post = self.chance.choice(mine)
            post.deletion, _ = self.send("DELETE", f"/posts/v1/posts/{post.id}")

    def turn(self) -> None:
        """Follow someone, or no longer."""
        other = self.chance.choice(self.others)
        edge = self.history.edges.get((self.id, other.id))
        self.follow(other, there=not edge or True not in edge.last())

    def follow(self, other: "Actor", *, there: bool = True) -> None:
        """Follow someone, or no longer."""
        started = monotonic()
        outcome, _ = self.send("PUT" if there else "DELETE", f"/posts/v1/profiles/{other.id}/follow")
        self.history.turned(self.id, other.id, there, outcome, started)

    def rename(self) -> None:
        """Take another name."""
        name = f"{self.person.name} {self.done}"
        outcome, _ = self.send("PUT", "/posts/v1/profiles/me", {"handle": self.person.handle, "name": name})
        self.me.renamed(name, outcome)

    def befriend(self) -> None:
        """Open a channel with someone; chat may not have heard of them yet."""
        other = self.chance.choice(self.others)
        outcome, answer = self.send("POST", "/chat/v1/channels", {"kind": "direct", "with": other.id})
        if outcome is Outcome.DONE:
            self.history.channels[frozenset((self.id, other.id))] = answer["id"]
            if other.id not in self.friends:
                self.friends.append(other.id)

    def message(self) -> None:
        """Say something to a friend."""
        if not self.friends:
            self.befriend()
            return
        friend = self.chance.choice(self.friends)
        channel = self.history.channels[frozenset((self.id, friend))]
        text, key = f"{self.mark} whispers {self.done}", str(ULID())
        outcome, _ = self.send("POST", f"/chat/v1/channels/{channel}/messages", {"text": text}, key)
        self.history.messages[key] = Message(key, channel, self.id, friend, text, outcome)

    def send(self, method: str, path: str, body: Any = None, key: str = "") -> tuple[Outcome, dict[str, Any]]:
        """Send a request, and again under the same key while it fails and patience lasts."""
        headers = {"Idempotency-Key": key or str(ULID())}
        outcome = Outcome.REFUSED
        while True:
            try:
                answer = self.person.ask(method, path, json=body, headers=headers, timeout=REQUEST_SECONDS)
            except httpx.HTTPError:
                outcome = Outcome.UNKNOWN
            else:
                if answer.is_success:
                    self.history.requests.append(Outcome.DONE)
                    return Outcome.DONE, answer.json() if answer.content else {}
                if answer.status_code < 500:  # after a failure, it may tell of what that had done
                    self.history.requests.append(Outcome.REFUSED)
                    return outcome, {}
                outcome = Outcome.UNKNOWN
            self.history.requests.append(Outcome.UNKNOWN)
            if self.chance.random() > PATIENCE:
                return outcome, {}

    def insist(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Send a request until it is done."""

        def ask() -> dict[str, Any] | None:
            outcome, answer = self.send(method, path, body)
            return {"done": True, **answer} if outcome is Outcome.DONE else None

        return eventually(ask, f"{method} {path} is done", within=JOIN_SECONDS)

    def _someone_s_post(self) -> Post | None:
        posts = [
            post
            for post in list(self.history.posts.values())[-50:]
            if post.outcome is Outcome.DONE and post.deletion is None
        ]
        return self.chance.choice(posts) if posts else None


@dataclass(frozen=True)
class Workload:
    """The people of a run.

    Parameters
    ----------
    system
        Where they are.
    seed
        Decides what each of them does.
    people
        How many.
    """

    system: System
    seed: int
    people: int
    history: History = field(default_factory=History)
    actors: list[Actor] = field(default_factory=list)

    def join(self) -> None:
        """Let everyone sign up, register a phone or open a socket, and follow some of the others."""
        self.actors[:] = self._each(range(self.people), self._join)
        for actor in self.actors:
            actor.others = [other for other in self.actors if other is not actor]
        self._each(self.actors, _follow_some)

    def run(self, enough: Callable[[], bool]) -> None:
        """Let them act until it is enough."""
        stop = threading.Event()

        def live(actors: Sequence[Actor]) -> None:
            while not stop.is_set():
                for actor in actors:
                    if stop.is_set() or enough():
                        stop.set()
                        return
                    actor.act()

        def live_or_stop(actors: Sequence[Actor]) -> None:
            try:
                live(actors)
            finally:
                stop.set()

        with ThreadPoolExecutor(AT_ONCE) as pool:
            try:
                list(pool.map(live_or_stop, [self.actors[place::AT_ONCE] for place in range(AT_ONCE)]))
            finally:
                stop.set()

    def leave(self) -> None:
        """Close what is open."""
        for actor in self.actors:
            actor.person.leave()

    def _join(self, number: int) -> Actor:
        person = sign_up(self.system, f"Chaos{number}", profile=False, through_page=False)
        mark = f"chaos {person.handle}"
        actor = Actor(person, Random(f"{self.seed}/{number}"), self.history, mark)
        profile = {"handle": person.handle, "name": person.name}
        person.id = actor.insist("PUT", "/posts/v1/profiles/me", profile)["id"]
        self.history.members[person.id] = Member(person.id, person.handle, [person.name])
        if number % WITH_SOCKET:
            token = f"phone-{person.handle}"
            actor.insist("POST", "/notify/v1/devices", {"platform": "ios", "token": token})
            actor.me.device = token
        else:
            actor.socket = eventually(lambda: _open_socket(actor), "a socket opens", within=JOIN_SECONDS)
        return actor

    @staticmethod
    def _each[A, B](of: Sequence[A] | range, do: Callable[[A], B]) -> list[B]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(do, of))


def _follow_some(actor: Actor) -> None:
    for other in actor.chance.sample(actor.others, min(FOLLOWS, len(actor.others))):
        actor.follow(other)


def _open_socket(actor: Actor) -> Socket | None:
    ticket = actor.insist("POST", "/rtc/v1/sockets")
    try:
        socket = Socket(ticket["url"])
    except Exception:  # the handshake met a fault; a ticket is good for one
        return None
    actor.person.sockets.append(socket)
    return socket
