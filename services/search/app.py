"""Entry points of the search service: two searches, and the consumer that feeds the index."""

import os
from collections.abc import Sequence
from functools import cache
from typing import Any

from chalice.app import Chalice, CognitoUserPoolAuthorizer, SQSEvent
from chalicelib import indexing
from chalicelib.finding import Search
from chalicelib.model import EngineUnavailable
from chalicelib.store.engine import Engine
from chalicelib.views import FoundPeople, FoundPosts, SearchPage
from contracts.events.envelope import Event
from contracts.http import problems
from contracts.http.cursors import Cursors
from contracts.http.identity import Identity
from contracts.http.routes import Api
from contracts.transport.consume import QueueConsumer

app = Chalice(app_name="search")
api = Api(
    app,
    title="Hidoki search",
    version="1.0.0",
    authorizer=CognitoUserPoolAuthorizer(
        "people",
        provider_arns=[os.environ["USER_POOL_ARN"]],
        scopes=["aws.cognito.signin.user.admin", "openid"],
    ),
    errors={EngineUnavailable: problems.UNAVAILABLE},
)

_RAISES = (problems.BAD_CURSOR, problems.UNAVAILABLE)

engine = cache(Engine.on_aws)


@cache
def search() -> Search:
    """Return the search of this process."""
    return Search(engine(), engine(), Cursors.on_aws(os.environ["CURSOR_SECRET_SEARCH"]))


@api.route("GET", "/v1/search/posts", raises=_RAISES)
def search_posts(reader: Identity, page: SearchPage) -> FoundPosts:
    """Search public posts.

    The best matches come first: the words side by side, then all of them, then most; the newest first
    among equals.
    """
    found = search()("posts", page.q, reader=reader.user_id, cursor=page.cursor, limit=page.limit)
    return FoundPosts.of(found)


@api.route("GET", "/v1/search/people", raises=_RAISES)
def search_people(reader: Identity, page: SearchPage) -> FoundPeople:
    """Search people by handle, name and bio; handles and names also by how they begin."""
    found = search()("people", page.q, reader=reader.user_id, cursor=page.cursor, limit=page.limit)
    return FoundPeople.of(found)


@app.on_sqs_message(queue=os.environ["QUEUE_SEARCH"], batch_size=10, name="index")
def index(event: SQSEvent) -> dict[str, list[dict[str, str]]]:
    """Bring the index up to date with a batch of events."""
    return consumer()(event.to_dict())


@cache
def consumer() -> QueueConsumer:
    """Return the consumer of this process."""
    return QueueConsumer.on_aws("search", _index)


def _index(events: Sequence[Event[Any]]) -> dict[str, str]:
    return indexing.index(engine(), events)
