"""The local cloud: AWS, search, phones and the page's origin on 127.0.0.1, started and stopped by `make`."""
