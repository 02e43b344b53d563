"""Deploy one service with `chalice deploy`, with what Chalice alone leaves out."""
