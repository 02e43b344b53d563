"""`make bench`: what each action costs and how fast the functions are, beside the floors they can't go below."""
