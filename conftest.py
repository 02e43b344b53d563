"""Lets a service's tests import its `app`: each service is tested from its own folder, in its own process."""

import sys
from pathlib import Path

from contracts.http.openapi import stand_in_environment

if Path(".chalice/config.json").exists():
    sys.path.insert(0, str(Path.cwd()))
    stand_in_environment()
