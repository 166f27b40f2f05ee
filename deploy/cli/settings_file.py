"""The settings file: one `NAME=value` a line, as systemd's EnvironmentFile reads it too."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from deploy.settings import SECRETS

DEFAULT = Path("/etc/front-desk/settings")
_LINE = re.compile(r"([A-Z][A-Z0-9_]*)=(.*)")
_QUOTES = "'\""


class SettingsFileError(Exception):
    """The file cannot be used; the message names file and line, never a value."""


def read(path: Path) -> dict[str, str]:
    """Read a settings file. Raises SettingsFileError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise SettingsFileError(f"The settings file {path} cannot be read: {reason}.") from error
    found: dict[str, str] = {}
    for number, line in enumerate(map(str.strip, lines), start=1):
        if not line or line[0] in "#;":
            continue
        named = _LINE.fullmatch(line)
        if named is None:
            raise SettingsFileError(f"{path}, line {number}: expected NAME=value, or a comment with #.")
        found[named[1]] = _value(named[2].strip(), path, number)
    return found


def too_open(path: Path) -> str:
    """A sentence when others may read a file that holds a secret; else nothing."""
    secrets = [name for name in SECRETS if read(path).get(name)]
    if secrets and path.stat().st_mode & stat.S_IROTH:
        named = " and ".join(secrets)
        return f"Everybody on this machine may read {path}, which holds {named}: chmod 640 {path}."
    return ""


def _value(text: str, path: Path, number: int) -> str:
    if text[:1] in _QUOTES and text[:1]:
        if len(text) < 2 or text[-1] != text[0]:
            raise SettingsFileError(f"{path}, line {number}: the quotation mark is not closed.")
        return text[1:-1]
    if text.endswith("\\"):
        raise SettingsFileError(f"{path}, line {number}: a value stands on one line.")
    return text
