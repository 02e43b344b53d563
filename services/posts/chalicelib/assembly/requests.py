"""Puts the use cases of requests on their adapters."""

import os
from functools import cache
from typing import TYPE_CHECKING

from chalicelib import assembly

if TYPE_CHECKING:
    from contracts.http.cursors import Cursors
    from contracts.http.limits import Limiter

    from chalicelib.asking import Asking
    from chalicelib.blocking import Blocking
    from chalicelib.bookmarks import Bookmarks
    from chalicelib.editing import Editing
    from chalicelib.graph import Graph
    from chalicelib.live import Live
    from chalicelib.moderation import Moderation
    from chalicelib.muting import Muting
    from chalicelib.polls import Polls
    from chalicelib.portraits import Portraits
    from chalicelib.profiles import Profiles
    from chalicelib.publishing import Publishing
    from chalicelib.reactions import Reactions
    from chalicelib.reporting import Reporting
    from chalicelib.timeline import Timelines
    from chalicelib.visibility import Visibility


@cache
def profiles() -> "Profiles":
    """Return the profiles."""
    from chalicelib.profiles import Profiles

    return Profiles(assembly.profiles_table(), assembly.now)


@cache
def portraits() -> "Portraits":
    """Return the pictures that people may show of themselves."""
    from chalicelib.portraits import Portraits

    return Portraits(assembly.posts_table())


@cache
def graph() -> "Graph":
    """Return the follow graph."""
    from chalicelib.graph import Graph

    return Graph(assembly.profiles_table(), assembly.relations_table())


@cache
def asking() -> "Asking":
    """Return who asks to follow whom."""
    from chalicelib.asking import Asking

    return Asking(assembly.profiles_table(), assembly.relations_table(), assembly.cursors())


@cache
def blocking() -> "Blocking":
    """Return who blocks whom."""
    from chalicelib.blocking import Blocking

    return Blocking(assembly.relations_table(), assembly.relations_table(), assembly.cursors())


@cache
def muting() -> "Muting":
    """Return who mutes whom and what."""
    from chalicelib.muting import Muting

    return Muting(assembly.relations_table(), assembly.relations_table(), assembly.cursors(), assembly.now)


@cache
def limiter() -> "Limiter":
    """Return what counts how often people do something."""
    from contracts.http.ledger import TableLedger
    from contracts.http.limits import Limiter

    from chalicelib.store.table import client

    return Limiter(TableLedger(client(), os.environ["TABLE_POSTS"]), assembly.now, assembly.profiles().joined)


@cache
def visibility() -> "Visibility":
    """Return who may see what."""
    from chalicelib.visibility import Visibility

    return Visibility(assembly.relations_table(), assembly.profiles_table(), assembly.profiles().closed)


@cache
def publishing() -> "Publishing":
    """Return what makes, reads and deletes posts."""
    from chalicelib.publishing import Publishing

    return Publishing(
        assembly.posts_table(),
        assembly.profiles_table(),
        assembly.posts_table(),
        assembly.visibility(),
        assembly.now,
    )


@cache
def timelines() -> "Timelines":
    """Return the timelines."""
    from chalicelib.timeline import Timelines

    return Timelines(
        assembly.timelines_table(),
        assembly.posts_table(),
        assembly.visibility(),
        assembly.cursors(),
        assembly.publishing().as_of_now,
    )


@cache
def cursors() -> "Cursors":
    """Return what turns positions in lists into what clients hold."""
    from contracts.http.cursors import Cursors

    return Cursors.on_aws(os.environ["CURSOR_SECRET_POSTS"])


@cache
def reactions() -> "Reactions":
    """Return the reactions."""
    from chalicelib.reactions import Reactions

    return Reactions(
        assembly.acts_table(),
        assembly.counts_table(),
        assembly.publishing(),
        assembly.relations_table(),
        assembly.cursors(),
    )


@cache
def bookmarks() -> "Bookmarks":
    """Return what people keep for themselves."""
    from chalicelib.bookmarks import Bookmarks

    return Bookmarks(
        assembly.acts_table(),
        assembly.publishing(),
        assembly.posts_table(),
        assembly.visibility(),
        assembly.cursors(),
    )


@cache
def polls() -> "Polls":
    """Return the polls."""
    from chalicelib.polls import Polls

    return Polls(
        assembly.acts_table(),
        assembly.acts_table(),
        assembly.counts_table(),
        assembly.publishing(),
        assembly.now,
    )


@cache
def live() -> "Live":
    """Return what changes about posts."""
    from chalicelib.live import COUNT_FRESHNESS, NAME_FRESHNESS, Live, Sums
    from chalicelib.model import Deleted, Post, PostId
    from chalicelib.people import Person
    from chalicelib.store.remembered import Remembered

    return Live(
        assembly.counts_table(),
        assembly.acts_table(),
        assembly.profiles_table(),
        assembly.posts_table(),
        assembly.visibility(),
        Remembered[PostId, Sums](COUNT_FRESHNESS, assembly.now),
        Remembered[str, Person](NAME_FRESHNESS, assembly.now),
        Remembered[PostId, Post | Deleted](COUNT_FRESHNESS, assembly.now),
    )


@cache
def reporting() -> "Reporting":
    """Return what takes reports."""
    from chalicelib.reporting import Reporting

    return Reporting(
        assembly.reports_table(), assembly.posts_table(), assembly.profiles_table(), assembly.now
    )


@cache
def moderation() -> "Moderation":
    """Return what moderators do."""
    from chalicelib.moderation import Moderation

    return Moderation(
        assembly.reports_table(),
        assembly.posts_table(),
        assembly.profiles_table(),
        assembly.cursors(),
        assembly.now,
    )


@cache
def editing() -> "Editing":
    """Return what changes posts."""
    from chalicelib.editing import Editing
    from chalicelib.store.editions import EditionsTable

    return Editing(
        EditionsTable(assembly.posts_table().table, assembly.posts_table()),
        assembly.publishing(),
        assembly.now,
    )
