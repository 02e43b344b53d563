"""What is done to posts, on the simulated cloud: the use cases and adapters that count it."""

from contextlib import suppress
from dataclasses import replace

from chalicelib import outbox
from chalicelib.answers import Answers
from chalicelib.counting import Counting
from chalicelib.model import InvalidPost, NoSuchPost, Post, PostId, State
from chalicelib.polls import AlreadyVoted, NoPoll, Polls, Question
from chalicelib.publishing import Publishing
from chalicelib.reactions import Reactions
from chalicelib.store.acts import ActsTable
from chalicelib.store.counts import CountsTable
from chalicelib.store.posts import PostsTable
from chalicelib.store.profiles import ProfilesTable
from chalicelib.store.relations import RelationsTable
from chalicelib.store.table import Table
from chalicelib.tallies import Tallies
from chalicelib.terms import USUAL
from chalicelib.visibility import Visibility
from contracts.http.idempotency import Idempotency
from contracts.transport.consume import QueueConsumer
from contracts.transport.relay import Relay
from simulated_cloud import Cloud
from simulated_queue import MAX_RECEIVES
from tests.fakes import CURSORS, person
from ulid import ULID

ASKED = Question(("嵐山", "高雄", "鞍馬"), multiple=True, minutes=60)

PEOPLE = [person(number) for number in range(1, 6)]


class CountingWorld:
    """Five people and a post of the first, who react to what they see and answer it."""

    def __init__(self, counts: type[CountsTable] = CountsTable) -> None:
        self.cloud = cloud = Cloud()
        table = Table("posts", cloud.dynamodb, pause=lambda _: None)
        posts, people = PostsTable(table, cloud.clock), ProfilesTable(table, cloud.clock)
        self.counts = counts(table, cloud.clock)
        self.posts: list[PostId] = []
        self.stored = posts
        relations = RelationsTable(table, cloud.clock)
        visibility = Visibility(relations, people, lambda _: False)
        self.publishing = Publishing(posts, people, posts, visibility, cloud.clock)
        acts = ActsTable(table, cloud.clock)
        self.reactions = Reactions(acts, self.counts, self.publishing, relations, CURSORS)
        self.polls = Polls(acts, acts, self.counts, self.publishing, cloud.clock)
        counting = Counting(self.counts, self.counts)
        tallies = Tallies(counting, Answers(posts, self.counts, counting))
        parking = cloud.parking("posts")
        cloud.relay("posts", Relay("posts", outbox.post_event, "bus", cloud, parking, pause=lambda _: None))
        consumer = QueueConsumer(
            "posts-counts", tallies.take, cloud.parking("posts-counts"), {}, MAX_RECEIVES
        )
        cloud.connect(consumer.name, consumer)
        self.answer(0, None)
        cloud.settle()

    def answer(self, author: int, number: int | None) -> None:
        """Answer one of the last posts, or begin with one that answers none."""
        made = int(self.cloud.clock().timestamp() * 1000).to_bytes(6)
        ulid = str(ULID.from_bytes(made + len(self.posts).to_bytes(10)))
        parent = None if number is None else str(self._post(number))
        self.posts.append(PostId(PEOPLE[author].id, ulid))
        with suppress(InvalidPost):
            self.publishing.publish(
                PEOPLE[author], f"post {ulid}", (), parent, Idempotency(ulid, ""), USUAL, None, ASKED
            )

    def vote(self, user: int, number: int, *options: int) -> None:
        """Vote in one of the last posts, all of which ask something."""
        with suppress(NoSuchPost, NoPoll, AlreadyVoted):
            self.polls.vote(PEOPLE[user].id, str(self._post(number)), options)

    def delete(self, number: int) -> None:
        """Delete one of the last posts."""
        post = self._post(number)
        with suppress(NoSuchPost):
            self.publishing.delete(str(post), post.author)

    def hide(self, number: int) -> None:
        """Hide one of the last posts, or show it again."""
        found = self.stored.find(self._post(number), latest=True)
        if isinstance(found, Post):
            hidden = found.state is State.HIDDEN
            state = State.PUBLISHED if hidden else State.HIDDEN
            self.stored.settle(replace(found, state=state, sequence=found.sequence + 1))

    def react(self, user: int, number: int, emoji: str) -> None:
        """React to one of the last posts."""
        with suppress(NoSuchPost):
            self.reactions.react(PEOPLE[user], str(self._post(number)), emoji)

    def withdraw(self, user: int, number: int) -> None:
        """Take a reaction back."""
        self.reactions.withdraw(PEOPLE[user].id, str(self._post(number)))

    def _post(self, number: int) -> PostId:
        return self.posts[-1 - number % len(self.posts)]
