"""The search service: finds public posts and people by what they say."""
