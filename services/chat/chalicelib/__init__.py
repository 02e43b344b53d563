"""The chat service: channels, their members and messages."""
