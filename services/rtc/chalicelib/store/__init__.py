"""Adapters behind the ports: the `connections` table and API Gateway's management API."""
