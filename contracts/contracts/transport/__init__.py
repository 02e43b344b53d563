"""How events travel: from a table's stream to the bus, from a queue to a handler, from a DLQ back."""
