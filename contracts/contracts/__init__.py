"""What Hidoki's services agree on: events, how they travel, and the HTTP surface."""
