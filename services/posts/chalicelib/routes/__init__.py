"""The routes of posts, a module for each capability, with what clients send to it and are answered."""

from chalicelib.routes import (
    blocks,
    bookmarks,
    drafts,
    editing,
    graph,
    live,
    moderation,
    mutes,
    pins,
    polls,
    posts,
    profiles,
    reactions,
    reports,
    reposts,
    requests,
    threads,
    timelines,
)

GROUPS = (
    profiles.group,
    graph.group,
    requests.group,
    blocks.group,
    mutes.group,
    timelines.group,
    posts.group,
    editing.group,
    pins.group,
    reposts.group,
    threads.group,
    drafts.group,
    reactions.group,
    bookmarks.group,
    live.group,
    reports.group,
    moderation.group,
    polls.group,
)

ERRORS = {error: kind for group in GROUPS for error, kind in group.errors.items()}
"""Domain errors and the kind of problem each one is."""
