"""Tables, columns and cells in words."""

from __future__ import annotations

import pytest

from kpi_core.intake.layouts import shipped_layouts
from kpi_core.table_words import cell, column_name, system_name, table_name, word
from kpi_core.tables import COLUMNS
from kpi_core.texts import LANGUAGES, Language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_column_and_word_has_a_name_in_both_languages(language: Language) -> None:
    for table, columns in COLUMNS.items():
        assert table_name(table, language)
        for name, column in columns.items():
            assert "_" not in column_name(name, language)
            assert all("_" not in word(said, language) for said in column.words)
    assert word("no_show", "fi") == "ei saapunut"


def test_every_layouts_table_has_a_name_and_every_system_that_is_no_crm() -> None:
    for layout in shipped_layouts():
        for language in LANGUAGES:
            assert layout.table is None or table_name(layout.table, language)
    assert system_name("plain", "fi") == "tavallinen taulukko"
    assert system_name("Salesforce", "fi") == "Salesforce"


def test_a_cell_is_written_by_what_its_column_holds() -> None:
    assert cell("opportunities", "no_decision", False, "fi") == "ei"
    assert cell("opportunities", "no_decision", True, "en") == "yes"
    assert cell("opportunities", "no_decision", None, "en") == "–"
    assert cell("opportunities", "probability", 0.25, "fi", "EUR") == "0,25"
    assert cell("opportunities", "value", 1234.5, "en", "SEK") == "1,234.50\N{NO-BREAK SPACE}SEK"
    assert cell("opportunities", "value", 1234.0, "en") == "1,234"
    assert cell("customers", "gross_margin", 0.655, "fi") == "65,5\N{NO-BREAK SPACE}%"
    assert cell("opportunities", "deal_type", "won", "fi") == "won"  # the export's own word, of no vocabulary
