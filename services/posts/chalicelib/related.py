"""What posts' own consumer makes of its posts: their places in lists, and what shows them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from contracts.events.envelope import Event, EventData
from contracts.events.posts import PostDeletedV1, PostPublishedV2
from contracts.transport.consume import Handler

from chalicelib import news
from chalicelib.listings import Listings
from chalicelib.model import PostId
from chalicelib.reposting import Losses


@dataclass(frozen=True)
class Related:
    """Takes news of posts.

    Parameters
    ----------
    listings, losses
        Brings lists, and what shows a post, to what the posts call for.
    now
        Tells the time, in UTC.
    """

    listings: Listings
    losses: Losses
    now: Callable[[], datetime]

    @property
    def handlers(self) -> Mapping[type[EventData], Handler]:
        """What takes which news."""
        return {PostPublishedV2: self.published, PostDeletedV1: self.deleted}

    def published(self, event: Event[PostPublishedV2]) -> None:
        """Take news of a post that appeared or changed."""
        post = event.data.post
        post_id, other = PostId.parse(post.id), post.quote or post.repost_of
        if other and other.author:
            self.losses.shown(post_id, PostId.parse(other.id))
        self.listings.follow(post_id, news.published(event, self.now()))

    def deleted(self, event: Event[PostDeletedV1]) -> None:
        """Take news of a post that is gone."""
        post_id = PostId.parse(event.data.post_id)
        self.listings.follow(post_id)
        self.losses.went(post_id)
