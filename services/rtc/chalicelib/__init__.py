"""The realtime service: open sockets, who may hear what on them, and the frames that travel."""
