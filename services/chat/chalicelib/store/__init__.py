"""Adapters: the tables of chat behind the ports of the use cases."""
