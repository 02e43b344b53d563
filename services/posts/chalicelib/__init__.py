"""The posts service: people, the follow graph, posts, and the timelines they make."""
