"""What people do, one action after the other, and what each set off."""

import io
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
from PIL import Image

from infra.bench.ledger import Ledger, Run
from infra.bench.outcomes import Action, FanOut
from infra.bench.people import Person
from infra.bench.system import System
from infra.bench.units import size

CORPUS = Path(__file__).with_name("corpus.txt").read_text().splitlines()
"""Posts as people write them: the half of them in each language, most of them short."""

LONGEST = "👨‍👩‍👧‍👦" * 160
"""A post of 4,000 bytes, more than which nobody may write."""

PAGE = 20
BATCH = 10
READERS = (1, 100, 2_500, 5_000)
WRITES_A_BATCH = 25
PAUSE_SECONDS = 0.1


class Story:
    """People on a fresh system, and all that they do there."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.aiko = Person.join(system, "aiko", "愛子")
        self.ben = Person.join(system, "ben", "Ben")
        self.ben.follow(self.aiko)
        system.settle()
        self.corpus: list[Ledger] = []
        """What each post of the corpus set off."""
        self.runs: list[Run] = []
        """Every run so far."""
        self.settle()

    @property
    def item_sizes(self) -> list[int]:
        """Bytes of the corpus's posts as they are kept."""
        puts = [ledger.request.calls("dynamodb")[-1] for ledger in self.corpus]
        return [size(put["params"]["Item"]) for put in puts]

    def actions(self) -> Iterator[Action]:
        """Do everything once, in an order in which each action finds what it needs."""
        from infra.bench.conversation import Conversation  # which knows the story

        yield from self._arriving()
        yield from self._posting()
        yield from self._reading()
        yield from self._acting()
        yield from Conversation(self).actions()
        yield from self._photos()
        yield from self._drafting()
        yield from self._talking()

    def fan_out(self, readers: int) -> FanOut:
        """Let someone post whose posts come to so many timelines, their own among them."""
        author = Person.join(self.system, f"star{readers}", "星")
        if readers > 1:
            self.ben.follow(author)
            self._crowd(author, readers - 2)
        self.settle()
        author.post("紅葉がきれい")
        return FanOut(readers, self.settle())

    def batch(self, service: str, function: str) -> Run:
        """Run a function once more, on a whole batch of what it was given one by one."""
        given = [run for run in self.runs if (run.service, run.function) == (service, function)]
        records = [record for run in given for record in run.event["Records"]]
        self.system.run(service, function, {"Records": records[-BATCH:]})
        return self.settle().runs[0]

    def settle(self) -> Ledger:
        """Let all happen that was set off; return it."""
        done = self.system.settle()
        self.runs += done.runs
        return done

    def done(self, name: str) -> Action:
        """Return what was done since the last action, under this name."""
        done = Action(name, self.settle())
        self._greet()
        return done

    def _arriving(self) -> Iterator[Action]:
        self.chie = Person.join(self.system, "chie", "千恵")
        yield self.done("sign up: make a profile")
        self.chie.follow(self.aiko)
        yield self.done("follow")
        self.aiko.ask("posts", "GET", "/v1/profiles/{person}", person=self.ben.id)
        yield self.done("read a profile")
        self.chie.ask("posts", "PUT", "/v1/profiles/{person}/block", person=self.ben.id)
        yield self.done("block someone")
        self.chie.ask("posts", "PUT", "/v1/profiles/{person}/mute", {}, person=self.aiko.id)
        yield self.done("mute someone")
        self.chie.ask("posts", "POST", "/v1/muted-words", {"word": "雪"})
        yield self.done("mute a word")

    def _posting(self) -> Iterator[Action]:
        self.aiko.post("雨")
        yield self.done("post, the shortest")
        ordinary = sorted((text for text in CORPUS if "{" not in text), key=lambda text: len(text.encode()))
        post = self.aiko.post(ordinary[len(ordinary) // 2])
        yield self.done("post, median")
        about = {"subject": {"kind": "post", "id": post}, "reason": "spam"}
        self.ben.ask("posts", "POST", "/v1/reports", about)
        yield self.done("report a post")
        self.aiko.post(f"@{self.ben.handle} 了解です。では八時に改札で")
        yield self.done("post that mentions someone")
        self.aiko.post(LONGEST)
        yield self.done("post, the longest")

    def _reading(self) -> Iterator[Action]:
        for _ in range(PAGE):
            self.aiko.post(LONGEST)
        self.settle()
        self._page_of_home()
        yield self.done("home timeline, 20 of the longest")
        for text in CORPUS:
            self.aiko.post(text.format(handle=self.ben.handle))
            self.corpus.append(self.settle())
        self._page_of_home()
        yield self.done("home timeline, 20 posts")
        self.ben.ask(
            "posts", "GET", "/v1/profiles/{person}/posts", query={"limit": PAGE}, person=self.aiko.id
        )
        yield self.done("profile's posts, 20")
        self.ben.ask("search", "GET", "/v1/search/posts", query={"q": "紅葉"})
        yield self.done("search posts")
        for number in range(PAGE):
            self.aiko.post(f"@{self.ben.handle} {number}")
        self.settle()
        self.ben.ask("notify", "GET", "/v1/notifications", query={"limit": PAGE})
        yield self.done("notifications, 20")

    def _acting(self) -> Iterator[Action]:
        poll = {"options": ["嵐山", "高雄"], "minutes": 60}
        post = self.aiko.post("どこに行く？", poll=poll)
        self.settle()
        self.ben.ask("posts", "PUT", "/v1/posts/{post}/reaction", {"emoji": "🍁"}, post=post)
        yield self.done("react")
        self.ben.ask("posts", "DELETE", "/v1/posts/{post}/reaction", post=post)
        yield self.done("take a reaction back")
        self.ben.ask("posts", "PUT", "/v1/posts/{post}/vote", {"options": [0]}, post=post)
        yield self.done("vote")
        self.ben.ask("posts", "PUT", "/v1/posts/{post}/bookmark", post=post)
        yield self.done("bookmark")
        shown = self.ben.ask("posts", "GET", "/v1/timelines/home", query={"limit": PAGE})["items"]
        self.settle()
        ids = {"ids": ",".join(one["id"] for one in shown)}
        self.ben.ask("posts", "GET", "/v1/posts/live", query=ids)
        yield self.done("live counts of 20 posts")
        self.ben.ask("posts", "GET", "/v1/posts/live", query=ids)
        yield self.done("live counts of 20 posts, seconds later")

    def _photos(self) -> Iterator[Action]:
        photo = _photo()
        form = {
            "content_type": "image/jpeg",
            "size": len(photo),
            "sha256": b64encode(sha256(photo).digest()).decode(),
        }
        session = self.aiko.ask("media", "POST", "/v1/media", form)
        yield self.done("upload session")
        self.aiko.send_to_bucket(session["upload"], photo)
        yield self.done("photo arrives and is made ready")
        self.aiko.post("紅葉", media=[session["id"]])
        yield self.done("post with a photo")

    def _drafting(self) -> Iterator[Action]:
        sent = {"post": {"text": "明日は晴れるかな"}}
        draft = self.aiko.ask("posts", "POST", "/v1/drafts", sent)
        yield self.done("keep a draft")
        route, named = "/v1/drafts/{draft}", {"draft": draft["id"]}
        later = sent | {"publish_at": _from_now(hours=1)}
        self.aiko.ask("posts", "PUT", route, later, seen=1, **named)
        yield self.done("schedule a draft")
        self.aiko.ask("posts", "PUT", route, sent, seen=2, **named)
        yield self.done("call a draft off")
        self.aiko.ask("posts", "POST", f"{route}/publish", **named)
        yield self.done("publish a draft")
        self.aiko.ask("posts", "POST", "/v1/drafts", sent | {"publish_at": _from_now(seconds=4)})
        self.settle()
        while not (come := self.settle()).runs:
            time.sleep(PAUSE_SECONDS)
        yield Action("a draft's time comes", come)

    def _talking(self) -> Iterator[Action]:
        channel = self.aiko.ask("chat", "POST", "/v1/channels", {"kind": "direct", "with": self.ben.id})["id"]
        yield self.done("open a channel")
        tickets = [person.ask("rtc", "POST", "/v1/sockets")["url"] for person in (self.aiko, self.ben)]
        self.system.ledger.runs.pop()
        yield self.done("socket ticket")
        self.aiko.connect(tickets[0])
        yield self.done("socket opens, 1 channel")
        socket = self.ben.connect(tickets[1])
        self.settle()
        say, route = {"text": "八時に改札で"}, "/v1/channels/{channel_id}/messages"
        self.aiko.ask("chat", "POST", route, say, channel_id=channel)
        yield self.done("chat message to 2 sockets")
        for _ in range(PAGE):
            self.aiko.ask("chat", "POST", route, say, channel_id=channel)
        self.settle()
        self.ben.ask("chat", "GET", route, query={"limit": PAGE}, channel_id=channel)
        yield self.done("list messages, 20")
        self.ben.say(socket, {"type": "ping", "id": "1", "data": {}})
        yield self.done("frame on a socket")
        self.ben.disconnect(socket)
        yield self.done("socket closes")

    def _greet(self) -> None:
        """Let the posts service know who acts, as it does in a warm process, half a minute long."""
        for person in (self.aiko, self.ben):
            person.ask("posts", "GET", "/v1/profiles/me")
        self.system.ledger.runs.clear()

    def _page_of_home(self) -> None:
        query = {"limit": PAGE}
        shown = self.ben.ask("posts", "GET", "/v1/timelines/home", query=query)["items"]
        assert len(shown) == PAGE

    def _crowd(self, author: Person, followers: int) -> None:
        """Let many more people follow someone: copies of the edge that the service wrote, told to nobody."""
        dynamodb, table = boto3.client("dynamodb"), self.system.arena.variables["TABLE_PROFILES"]
        key = {"pk": {"S": f"U#{self.ben.id}"}, "sk": {"S": f"F#{author.id}"}}
        edge = dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True)["Item"]
        edges = [_copy(edge, str(uuid4())) for _ in range(followers)]
        for start in range(0, followers, WRITES_A_BATCH):
            some = [{"PutRequest": {"Item": item}} for item in edges[start : start + WRITES_A_BATCH]]
            left = dynamodb.batch_write_item(RequestItems={table: some})["UnprocessedItems"]
            assert not left


def _from_now(**span: int) -> str:
    return (datetime.now(UTC) + timedelta(**span)).isoformat()


def _copy(edge: Mapping[str, Any], follower: str) -> dict[str, Any]:
    told = {name: value for name, value in edge.items() if name != "_event"}
    return told | {"pk": {"S": f"U#{follower}"}, "follower": {"S": follower}}


def _photo() -> bytes:
    file = io.BytesIO()
    Image.radial_gradient("L").resize((1_600, 1_200)).convert("RGB").save(file, "JPEG", quality=85)
    return file.getvalue()
