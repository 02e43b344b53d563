"""What people do with posts beside writing them: editing, quoting, passing on, answering, pinning."""

from collections.abc import Iterator

from infra.bench.actions import CORPUS, PAGE, Story
from infra.bench.outcomes import Action

POST = "/v1/posts/{post}"


class Conversation:
    """Two people and a post that they talk about.

    Parameters
    ----------
    story
        Where they are.
    """

    def __init__(self, story: Story) -> None:
        self.story, self.aiko, self.ben = story, story.aiko, story.ben

    def actions(self) -> Iterator[Action]:
        """Do everything once."""
        done = self.story.done
        post = self.aiko.post("紅葉がきれい")
        self.story.settle()
        self.aiko.ask("posts", "PUT", POST, {"text": "紅葉がとてもきれい"}, post=post)
        yield done("edit a post")
        self.ben.ask("posts", "GET", f"{POST}/history", post=post)
        yield done("history of a post")
        self.ben.post("行きたい", quote=post)
        yield done("quote")
        self.ben.ask("posts", "PUT", f"{POST}/repost", post=post)
        yield done("repost")
        self.ben.post("どこですか", in_reply_to=post)
        yield done("answer")
        self.aiko.post("#紅葉 の季節")
        yield done("post with a tag")
        self.aiko.ask("posts", "PUT", f"{POST}/pin", post=post)
        yield done("pin")
        yield from self._thread(post)

    def _thread(self, post: str) -> Iterator[Action]:
        last = post
        for text in CORPUS[: PAGE + 5]:
            last = self.aiko.post(text.format(handle=self.ben.handle), in_reply_to=last)
        self.story.settle()
        shown = self.ben.ask("posts", "GET", f"{POST}/thread", query={"limit": PAGE}, post=last)
        assert len(shown["items"]) == PAGE
        yield self.story.done("thread, 20 posts, from its end")
        self.ben.ask("posts", "GET", "/v1/tags/{tag}/posts", query={"limit": PAGE}, tag="紅葉")
        yield self.story.done("posts with a tag")
        self.aiko.ask("posts", "DELETE", POST, post=post)
        yield self.story.done("delete a post that was answered, quoted and passed on")
