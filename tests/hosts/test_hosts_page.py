"""docs/hosts.md and hosts.fi.md: a row for every function, the same marks in both, links that lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from addin.functions import FUNCTIONS
from addin.hosts.lambda_names.names import PREFIX, lambda_names

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {
    language: (DOCS / name).read_text(encoding="utf-8")
    for language, name in (("en", "hosts.md"), ("fi", "hosts.fi.md"))
}
_ROW = re.compile(r"^\| `(\w+)` \| (.*) \|$", re.MULTILINE)


def rows(language: str) -> dict[str, list[str]]:
    return {name: marks.split(" | ") for name, marks in _ROW.findall(PAGES[language])}


def test_every_function_has_its_row_and_both_languages_claim_the_same() -> None:
    assert list(rows("en")) == list(FUNCTIONS)
    assert rows("en") == rows("fi")


def test_a_lambda_name_is_claimed_where_there_is_one() -> None:
    names = {name.name.removeprefix(PREFIX) for name in lambda_names("en")}
    assert {function for function, marks in rows("en").items() if marks[-1] == "I"} == names


@pytest.mark.parametrize("language", PAGES)
def test_links_lead_to_pages_and_commands_to_tests(language: str) -> None:
    for target in re.findall(r"\]\((\S+?)\)", PAGES[language]):
        page, _, heading = target.partition("#")
        assert (DOCS / page).exists(), target
        headings = re.findall(r"^#+ (.+)$", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE)
        assert heading in ("", *(it.lower().replace(" ", "-") for it in headings)), target
    for folder in re.findall(r"`pytest (\S+)`", PAGES[language]):
        assert (DOCS.parent / folder).is_dir(), folder
