"""`make event`: scaffolds the model, the registry entry, the schema and the test of an event type."""
