"""Three drafts, thirty messages: what the studio is told while typing, and what real builds make of them.

.venv-bot/bin/python -m tests.bench.draft_trials   (four fits; minutes)

Writes `tests/web/studio/draft_trials.json`, which `tests/web/studio/test_estimates.py` weighs the
estimate by. Run it again when the encoder or the classifier has changed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from components.rasa_patches import blas, no_tensorflow

ROOT = Path(__file__).parents[2]
RESULT = ROOT / "tests" / "web" / "studio" / "draft_trials.json"
LIMIT = 20  # of nearest questions, as web/studio/conflict_preview.py asks
TEMPLATE = """nlu:
- intent: faq/{id}
  metadata: {{title: "{id}", topics: [{id}]}}
  examples: |
{questions}
responses:
  utter_faq/{id}:
  - text: "Trial."
    metadata: {{language: en}}
"""
GIFTS = {
    "new": {
        "gift_cards": (
            "do you sell gift cards",
            "can i buy a session as a gift for someone",
            "gift certificate for my mom",
            "can somebody else pay for my treatment as a present",
            "how do i redeem a gift card",
            "do gift cards expire",
        )
    },
    "off": (),
    "messages": (
        "i want to give my sister a session for her birthday",
        "gift cards?",
        "is there a gift certificate i could buy online",
        "my card from christmas, how do i use it",
        "can my mom pay for me",
        "how can i pay",
        "do you take credit cards",
        "does my referral expire",
        "is it a good idea to bring a present for the nurse",
        "what is ketamine",
    ),
}
MUSIC = {
    "new": {
        "music_and_phone": (
            "can i use my phone during the session",
            "may i listen to my own music",
            "can i bring headphones",
            "is there wifi in the room",
            "can i play my own playlist while it runs",
            "do you have an eye mask for me",
        )
    },
    "off": (),
    "messages": (
        "could i hear a podcast while i get it",
        "am i allowed to text during treatment",
        "whats the wifi password",
        "do i have to bring my own eye mask",
        "what should i bring",
        "what is the room like",
        "is there music playing",
        "what is your phone number",
        "can i text you",
        "will i be awake during the session",
    ),
}
REVIEWS = {
    "new": {
        "choosing_a_clinic": (
            "where can i read testimonials about you",
            "what do other patients say about this clinic",
            "how many stars do you have",
        )
    },
    "off": ("reviews",),
    "messages": (
        "do you have good reviews",
        "what do patients say about you",
        "any testimonials",
        "google rating",
        "can i talk to somebody who was treated here",
        "how do i know you are any good",
        "which clinic should i choose",
        "stories from other patients",
        "where are you",
        "are your doctors certified",
    ),
}
CHANGES: Mapping[str, Mapping[str, Any]] = {"gifts": GIFTS, "music": MUSIC, "reviews": REVIEWS}


def main() -> None:
    """Build the content as it is and with each change, and write down what every message gets."""
    os.environ["FRONT_DESK_ENCODER"] = str((ROOT / "var" / "encoder").resolve())
    with TemporaryDirectory() as folder:
        os.environ["FRONT_DESK_VAR"] = folder
        work = Path(folder)
        if (ROOT / "var" / "cache").is_dir():
            shutil.copytree(ROOT / "var" / "cache", work / "cache")
        today = _Built(_project({"new": {}, "off": ()}, work / "today"))
        rows = [row for name, change in CHANGES.items() for row in _rows(name, change, today, work)]
    RESULT.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{len(rows)} messages written to {RESULT.relative_to(ROOT)}")


def _rows(name: str, change: Mapping[str, Any], today: _Built, work: Path) -> list[dict[str, Any]]:
    draft = _Built(_project(change, work / name))
    new = [(answer, question) for answer, some in change["new"].items() for question in some]
    vectors = today.vectors([question for _, question in new])
    texts = list(change["messages"])
    rows = []
    for text, vector, similar, before, after in zip(
        texts, today.vectors(texts), today.similar(texts), today.gets(texts), draft.gets(texts), strict=True
    ):
        near = [
            (question, answer, float(v @ vector)) for (answer, question), v in zip(new, vectors, strict=True)
        ]
        rows.append(
            {
                "change": name,
                "text": text,
                "off": list(change["off"]),
                "today": before,
                "known": [[s["question"], s["answer"], s["similarity"]] for s in similar],
                "new": [[q, a, round(s, 4)] for q, a, s in sorted(near, key=lambda hit: -hit[2])],
                "built": after,
            }
        )
    return rows


def _project(change: Mapping[str, Any], folder: Path) -> Path:
    folder.mkdir()
    for name in ("config.yml", "domain.yml"):
        shutil.copyfile(ROOT / name, folder / name)
    shutil.copytree(ROOT / "data", folder / "data")
    for answer in change["off"]:
        (folder / "data" / "answers" / f"{answer}.yml").unlink()
    for answer, questions in change["new"].items():
        path = folder / "data" / "answers" / f"{answer}.yml"
        lines = "".join(f"    - {question}\n" for question in questions)
        if path.exists():
            text = path.read_text(encoding="utf-8").replace("  examples: |\n", f"  examples: |\n{lines}")
        else:
            text = TEMPLATE.format(id=answer, questions=lines.rstrip("\n"))
        path.write_text(text, encoding="utf-8")
    return folder


class _Built:
    """A project with its model, asked as the web half asks a bot."""

    def __init__(self, project: Path) -> None:
        from training.models import MODEL
        from training.prefit import fit
        from training.process import be_quiet
        from training.replay import Understander
        from training.trainer import train

        be_quiet()
        fit(project)
        train(project, project / MODEL)
        self._release = Understander(project)

    def gets(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """Outcome and answers of each text."""
        from training.replay import Ask, Reaction

        fates = [Reaction.of(each) for each in self._release.decisions([Ask("", text) for text in texts])]
        return [{"outcome": fate.outcome, "gets": list(fate.gets)} for fate in fates]

    def vectors(self, texts: Sequence[str]) -> list[Any]:
        from components.keys import VECTORS

        return [message.get(VECTORS)[0] for message in self._understood(texts)]

    def similar(self, texts: Sequence[str]) -> list[list[dict[str, Any]]]:
        from components.keys import SIMILAR

        return [message.get(SIMILAR) for message in self._understood(texts)]

    def _understood(self, texts: Sequence[str]) -> list[Any]:
        from components.decision.understanding import understand
        from components.keys import SIMILAR

        return understand(self._release._pipeline, list(texts), metadata={SIMILAR: LIMIT})


if __name__ == "__main__":
    blas.use_this_processor()
    no_tensorflow.install()
    main()
