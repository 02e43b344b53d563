"""What Hidoki runs on: the shared infrastructure, the deploy tool and the local cloud."""
