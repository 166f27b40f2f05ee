"""Write docs/glossary.md from the words in plain_words.yml: `python -m tests.layout.glossary`."""

from __future__ import annotations

from pathlib import Path

from content.yaml_files import read_yaml

PAGE = Path(__file__).parents[2] / "docs" / "glossary.md"
WORDS = Path(__file__).with_name("plain_words.yml")
LEAD = (
    "# Glossary\n\n"
    "The words of the desk, the studio and these pages, for staff and content owners. "
    "One word means one thing.\n"
)


def page_of(glossary: dict[str, dict[str, str]]) -> str:
    """The page as Markdown, one table for each part, in the order of the file."""
    parts = (
        f"\n## {part}\n\n| Word | What it means |\n| --- | --- |\n"
        + "".join(f"| **{word}** | {meaning} |\n" for word, meaning in words.items())
        for part, words in glossary.items()
    )
    return LEAD + "".join(parts)


def main() -> None:
    PAGE.write_text(page_of(read_yaml(WORDS)["glossary"]), encoding="utf-8")


if __name__ == "__main__":
    main()
