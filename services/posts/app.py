"""Entry points of the posts service: its routes, the relays of its tables, and its queue consumers."""

import os
from typing import Any

from chalice.app import Chalice, CognitoUserPoolAuthorizer, DynamoDBEvent, SQSEvent
from chalicelib import assembly
from chalicelib.graph import SelfFollow
from chalicelib.model import InvalidPost, NoSuchPost
from chalicelib.people import HandleTaken, InvalidProfile, NoSuchProfile, ProfileRequired
from chalicelib.publishing import AlreadyDeleted, KeyReused, NotYours
from chalicelib.views import PostBody, PostList, PostView, ProfileBody, ProfileView
from contracts.http import problems
from contracts.http.idempotency import Idempotency
from contracts.http.identity import Identity
from contracts.http.routes import Api, Page

app = Chalice(app_name="posts")
api = Api(
    app,
    title="Hidoki posts",
    version="1",
    authorizer=CognitoUserPoolAuthorizer(
        "people",
        provider_arns=[os.environ["USER_POOL_ARN"]],
        scopes=["aws.cognito.signin.user.admin", "openid"],
    ),
    errors={
        ProfileRequired: problems.PROFILE_REQUIRED,
        InvalidProfile: problems.INVALID,
        HandleTaken: problems.CONFLICT,
        NoSuchProfile: problems.NOT_FOUND,
        SelfFollow: problems.INVALID,
        InvalidPost: problems.INVALID,
        NoSuchPost: problems.NOT_FOUND,
        NotYours: problems.FORBIDDEN,
        KeyReused: problems.KEY_REUSED,
        AlreadyDeleted: problems.CONFLICT,
    },
)


@api.route("PUT", "/v1/profiles/me", raises=(problems.CONFLICT,))
def put_my_profile(identity: Identity, body: ProfileBody) -> ProfileView:
    """Make or change your own profile; a client's first call."""
    profile = assembly.profiles().put(identity.user_id, body.handle, body.name, body.bio, body.locale)
    return ProfileView.of(profile)


@api.route("GET", "/v1/profiles/me")
def get_my_profile(identity: Identity) -> ProfileView:
    """Read your own profile."""
    return ProfileView.of(assembly.profiles().own(identity.user_id))


@api.route("GET", "/v1/profiles/{person}", raises=(problems.NOT_FOUND,))
def get_profile(identity: Identity, person: str) -> ProfileView:
    """Read the profile of an id or an `@handle`."""
    assembly.profiles().require(identity.user_id)
    profile = assembly.profiles().of(person)
    return ProfileView.of(profile, followed=assembly.graph().followed(identity.user_id, profile.id))


@api.route("PUT", "/v1/profiles/{person}/follow", raises=(problems.NOT_FOUND,))
def follow(identity: Identity, person: str) -> None:
    """Follow someone: what they post from now on comes to your home timeline."""
    profiles = assembly.profiles()
    assembly.graph().follow(profiles.own(identity.user_id), profiles.of(person))


@api.route("DELETE", "/v1/profiles/{person}/follow", raises=(problems.NOT_FOUND,))
def unfollow(identity: Identity, person: str) -> None:
    """Follow someone no longer."""
    profiles = assembly.profiles()
    assembly.graph().unfollow(profiles.own(identity.user_id), profiles.of(person))


@api.route("GET", "/v1/profiles/{person}/posts", raises=(problems.NOT_FOUND, problems.BAD_CURSOR))
def get_profile_timeline(identity: Identity, person: str, page: Page) -> PostList:
    """List what someone posted, newest first."""
    assembly.profiles().require(identity.user_id)
    author = assembly.profiles().of(person).id
    return PostList.of(assembly.timelines().profile(author, identity.user_id, page.cursor, page.limit))


@api.route("GET", "/v1/timelines/home", raises=(problems.BAD_CURSOR,))
def get_home_timeline(identity: Identity, page: Page) -> PostList:
    """List what you and those you follow posted, newest first."""
    assembly.profiles().require(identity.user_id)
    return PostList.of(assembly.timelines().home(identity.user_id, page.cursor, page.limit))


@api.route("POST", "/v1/posts", status=201, raises=(problems.KEY_REUSED, problems.CONFLICT))
def create_post(identity: Identity, body: PostBody, key: Idempotency) -> PostView:
    """Make a post; one whose media are not ready yet is `pending` until they are."""
    author = assembly.profiles().signing(identity.user_id)
    post = assembly.publishing().publish(author, body.text, body.media, body.in_reply_to, key)
    return PostView.of(post)


@api.route("GET", "/v1/posts/{post}", raises=(problems.NOT_FOUND,))
def get_post(identity: Identity, post: str) -> PostView:
    """Read a post."""
    assembly.profiles().require(identity.user_id)
    return PostView.of(assembly.publishing().read(post, identity.user_id))


@api.route("DELETE", "/v1/posts/{post}", raises=(problems.FORBIDDEN, problems.NOT_FOUND))
def delete_post(identity: Identity, post: str) -> None:
    """Delete a post of yours."""
    assembly.profiles().require(identity.user_id)
    assembly.publishing().delete(post, identity.user_id)


@app.on_dynamodb_record(stream_arn=os.environ["STREAM_POSTS"], batch_size=100, name="relay_posts")
def relay_posts(event: DynamoDBEvent) -> dict[str, Any]:
    """Publish what happens to posts."""
    return assembly.relay("posts")(event.to_dict()["Records"])


@app.on_dynamodb_record(stream_arn=os.environ["STREAM_PROFILES"], batch_size=100, name="relay_profiles")
def relay_profiles(event: DynamoDBEvent) -> dict[str, Any]:
    """Publish what happens to profiles and follow edges."""
    return assembly.relay("profiles")(event.to_dict()["Records"])


@app.on_dynamodb_record(stream_arn=os.environ["STREAM_TIMELINES"], batch_size=100, name="relay_timelines")
def relay_timelines(event: DynamoDBEvent) -> dict[str, Any]:
    """Publish to whose timelines a post came."""
    return assembly.relay("timelines")(event.to_dict()["Records"])


@app.on_sqs_message(queue=os.environ["QUEUE_POSTS_FANOUT"], batch_size=10, name="fan_out")
def fan_out(event: SQSEvent) -> dict[str, Any]:
    """Bring posts to timelines."""
    return assembly.fan_out_consumer()(event.to_dict())


@app.on_sqs_message(queue=os.environ["QUEUE_POSTS_MEDIA"], batch_size=10, name="attach_media")
def attach_media(event: SQSEvent) -> dict[str, Any]:
    """Publish the posts whose media got ready."""
    return assembly.media_consumer()(event.to_dict())
