"""The routes of posts, a module for each capability, with what clients send to it and are answered."""

from chalicelib.routes import drafts, graph, posts, profiles, timelines

GROUPS = (profiles.group, graph.group, timelines.group, posts.group, drafts.group)

ERRORS = {error: kind for group in GROUPS for error, kind in group.errors.items()}
"""Domain errors and the kind of problem each one is."""
