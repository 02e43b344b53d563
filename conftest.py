"""Lets a service's tests import its `app`: run from the service's folder, each service in a process of its own."""

import sys
from pathlib import Path

from contracts.http.openapi import stand_in_environment

if Path(".chalice/config.json").exists():
    sys.path.insert(0, str(Path.cwd()))
    stand_in_environment()
