"""The event contracts: one envelope, one module of models per publishing service."""
