"""Adapters of notify's ports: its two tables and the two push services."""
