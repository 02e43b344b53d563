"""`make bench`: what actions cost and how fast functions are, beside the floors they can't go below."""
