"""The event catalogue: an AsyncAPI document and a page, both generated from what `contracts` declares."""
