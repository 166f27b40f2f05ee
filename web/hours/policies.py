"""The policy and the clinical words of this installation, read again when their files change."""

from __future__ import annotations

import functools
from pathlib import Path

from content.clinical import Judge
from content.packs import MARK
from content.policies import Policy, read_policy
from content.texts import TextRules
from web.core.settings import Settings

OWN_FOLDER = "own"  # in var: what this clinic brings or has changed (web/hours/own_project.py)


def base_of(settings: Settings) -> Path:
    """The Rasa project whose skills and recipe this installation uses."""
    return settings.clinic_file.resolve().parent


def own_of(settings: Settings) -> Path:
    """The folder of the clinic's own files: its rules for words, what is not its business, its tests."""
    own = settings.var / OWN_FOLDER
    return own if (own / MARK).is_file() else base_of(settings)


def policy_of(settings: Settings) -> Policy:
    """The policy as its files are now."""
    project = own_of(settings)
    files = (project / "data" / "policy.yml", project / "data" / "clinical.yml")
    return _read(project, tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in files))


def rules_of(settings: Settings, clinic_name: str) -> TextRules:
    """What facts and notices must be, by their words."""
    policy = policy_of(settings)
    return TextRules(policy, Judge(policy.clinical, (), (clinic_name,)))


@functools.lru_cache(maxsize=4)
def _read(project: Path, _changed: tuple[int, ...]) -> Policy:
    return read_policy(project)
