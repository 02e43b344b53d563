"""The notify service: what a person should hear of, and how it reaches them when they are away."""
