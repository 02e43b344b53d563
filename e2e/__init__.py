"""The end-to-end suite: drives the deployed system from outside, as people and operators do."""
