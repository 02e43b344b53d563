"""The HTTP surface that all services share: typed routes, problems, cursors, identity."""
