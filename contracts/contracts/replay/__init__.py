"""The operator's tool for dead letters of every kind; no function imports it, and no package holds it."""
