"""The search engine behind the service's ports: OpenSearch, or what speaks its language."""
