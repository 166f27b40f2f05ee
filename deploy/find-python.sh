#!/bin/sh
# Print a Python 3.11 or newer that really runs and can make environments; else say how to get one.
# (A pyenv shim is on PATH even when its Python is not chosen, and then fails.)

usable() {
    "$1" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

for name in python3 python3.11 python3.12 python3.13 python3.14 \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[1-9].*/bin/python3; do
    if usable "$name"; then
        command -v "$name"
        exit 0
    fi
done
if command -v uv >/dev/null 2>&1; then
    found=$(uv python find --system '>=3.11' 2>/dev/null || true)
    if [ -z "$found" ] && uv python install 3.11 >&2; then
        found=$(uv python find --system '>=3.11' 2>/dev/null || true)
    fi
    if [ -n "$found" ]; then
        echo "$found"
        exit 0
    fi
fi
echo "Front Desk needs Python 3.11 or newer with its venv module: install one (Debian: apt install python3 python3-venv; any system: uv python install 3.11) and try again." >&2
exit 1
