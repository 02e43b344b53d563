"""Puts what is kept on its tables."""

import os
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from chalicelib import assembly
from chalicelib.store.table import Table

if TYPE_CHECKING:
    from chalicelib.store.acts import ActsTable
    from chalicelib.store.counts import CountsTable
    from chalicelib.store.homes import HomesTable
    from chalicelib.store.posts import PostsTable
    from chalicelib.store.profiles import ProfilesTable
    from chalicelib.store.relations import RelationsTable
    from chalicelib.store.reports import ReportsTable
    from chalicelib.store.timelines import TimelinesTable


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@cache
def profiles_table() -> "ProfilesTable":
    """Return where profiles and edges are kept."""
    from chalicelib.store.profiles import ProfilesTable

    return ProfilesTable(Table(os.environ["TABLE_PROFILES"]), assembly.now)


@cache
def posts_table() -> "PostsTable":
    """Return where posts are kept."""
    from chalicelib.store.posts import PostsTable

    return PostsTable(Table(os.environ["TABLE_POSTS"]), assembly.now)


@cache
def timelines_table() -> "TimelinesTable":
    """Return where home timelines are kept."""
    from chalicelib.store.timelines import TimelinesTable

    return TimelinesTable(Table(os.environ["TABLE_TIMELINES"]), assembly.now)


@cache
def relations_table() -> "RelationsTable":
    """Return where blocks, mutes and muted words are kept."""
    from chalicelib.store.relations import RelationsTable

    return RelationsTable(Table(os.environ["TABLE_PROFILES"]), assembly.now)


@cache
def homes_table() -> "HomesTable":
    """Return what a follow gives to home timelines and its end takes away."""
    from chalicelib.store.homes import HomesTable

    return HomesTable(Table(os.environ["TABLE_TIMELINES"]), Table(os.environ["TABLE_POSTS"]))


@cache
def counts_table() -> "CountsTable":
    """Return where counters and the rows of what they counted are kept."""
    from chalicelib.store.counts import CountsTable

    return CountsTable(Table(os.environ["TABLE_POSTS"]), assembly.now)


@cache
def acts_table() -> "ActsTable":
    """Return where people's acts are kept."""
    from chalicelib.store.acts import ActsTable

    return ActsTable(Table(os.environ["TABLE_POSTS"]), assembly.now)


@cache
def reports_table() -> "ReportsTable":
    """Return where reports and the audit are kept."""
    from chalicelib.store.reports import ReportsTable

    return ReportsTable(assembly.posts_table(), assembly.profiles_table(), assembly.now)
