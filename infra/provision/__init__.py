"""Get the stacks of `infra.cdk` to a cloud, and what a stack can't hold."""
