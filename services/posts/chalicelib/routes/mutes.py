"""Routes of mutes: people and words that a person wants no news of."""

from contracts.http import problems
from contracts.http.idempotency import Idempotency
from contracts.http.identity import Identity
from contracts.http.reading import Moment, example
from contracts.http.route_group import RouteGroup
from contracts.http.routes import Answer, Body, Page
from pydantic import AwareDatetime, Field

from chalicelib import assembly
from chalicelib.muting import Mute, MutedPeople, MutedWord
from chalicelib.relations import WORD_LENGTH, InvalidMute
from chalicelib.views import PersonView

group = RouteGroup({InvalidMute: problems.INVALID})


class MuteBody(Body):
    """For how long to mute someone."""

    model_config = example(until="2040-01-01T00:00:00Z")

    until: Moment | None = Field(None, description="When the mute ends by itself; null for never")


class MuteView(Answer):
    """Someone who is muted, as they were called when it was done, and until when."""

    person: PersonView
    until: AwareDatetime | None

    @classmethod
    def of(cls, mute: Mute) -> "MuteView":
        """Show a mute."""
        return cls(person=PersonView.of(mute.person), until=mute.until)


class MuteList(Answer):
    """One page of mutes; `next` leads to the next one, null at the end."""

    items: tuple[MuteView, ...]
    next: str | None

    @classmethod
    def of(cls, found: MutedPeople) -> "MuteList":
        """Show a page."""
        return cls(items=tuple(map(MuteView.of, found.mutes)), next=found.next)


class MutedWordBody(Body):
    """A word to mute; in Latin script it hides the whole word only, in Japanese every text that holds it."""

    model_config = example(word="ネタバレ", until=None)

    word: str = Field(min_length=1, max_length=4 * WORD_LENGTH)
    until: Moment | None = Field(None, description="When the mute ends by itself; null for never")


class MutedWordView(Answer):
    """A muted word as it is compared: width and case of letters are one."""

    id: str
    word: str
    until: AwareDatetime | None

    @classmethod
    def of(cls, word: MutedWord) -> "MutedWordView":
        """Show a muted word."""
        return cls(id=word.id, word=word.word, until=word.until)


class MutedWordList(Answer):
    """All muted words."""

    items: tuple[MutedWordView, ...]


@group.route("PUT", "/v1/profiles/{person}/mute", raises=(problems.NOT_FOUND,))
def mute(identity: Identity, person: str, body: MuteBody) -> None:
    """Mute someone: they are left out of your lists and notifications, and are not told."""
    profiles = assembly.profiles()
    assembly.muting().mute(profiles.own(identity.user_id), profiles.of(person), body.until)


@group.route("DELETE", "/v1/profiles/{person}/mute", raises=(problems.NOT_FOUND,))
def unmute(identity: Identity, person: str) -> None:
    """Mute someone no longer."""
    profiles = assembly.profiles()
    profiles.require(identity.user_id)
    assembly.muting().unmute(identity.user_id, profiles.of(person).id)


@group.route("GET", "/v1/mutes", raises=(problems.BAD_CURSOR,))
def get_mutes(identity: Identity, page: Page) -> MuteList:
    """List whom you mute."""
    assembly.profiles().require(identity.user_id)
    return MuteList.of(assembly.muting().list(identity.user_id, page.cursor, page.limit))


@group.route("POST", "/v1/muted-words", status=201)
def mute_word(identity: Identity, body: MutedWordBody, _key: Idempotency) -> MutedWordView:
    """Mute a word in your lists; the same word again is the same muted word, whatever the key."""
    assembly.profiles().require(identity.user_id)
    return MutedWordView.of(assembly.muting().mute_word(identity.user_id, body.word, body.until))


@group.route("GET", "/v1/muted-words")
def get_muted_words(identity: Identity) -> MutedWordList:
    """List the words that you mute."""
    assembly.profiles().require(identity.user_id)
    words = assembly.muting().words(identity.user_id)
    return MutedWordList(items=tuple(map(MutedWordView.of, words)))


@group.route("DELETE", "/v1/muted-words/{word}")
def unmute_word(identity: Identity, word: str) -> None:
    """Mute a word no longer, by its id."""
    assembly.profiles().require(identity.user_id)
    assembly.muting().unmute_word(identity.user_id, word)
