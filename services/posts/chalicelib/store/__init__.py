"""Adapters: DynamoDB and SQS behind the ports of the use cases."""
