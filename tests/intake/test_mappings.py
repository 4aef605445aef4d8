"""Unknown layouts: a small TOML mapping, drafted by the intake; the shipped layouts are data of the same form."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import kpi_core
from kpi_core.intake import IntakeError, draft_mapping, inspect, read
from kpi_core.intake.layouts import shipped_layouts
from kpi_core.intake.mapping_form import EXPECTED
from kpi_core.tables import COLUMNS
from kpi_core.texts import LANGUAGES, load_texts
from kpi_core.words import vocabulary
from tests.intake.conftest import Export

FOREIGN = """
Kauppanro;Kuka;Mihin päädyttiin;Milloin;Euroa
1;Aino;jees;13.3.2017;5
2;Aino;plääh;14.3.2017;6
3;Aino;testi;14.3.2017;6
"""
MAPPING = """
table = "opportunities"

[columns]
opportunity_id = "Kauppanro"
seller = ["Kuka"]
status = ["Mihin päädyttiin"]
closed_on = ["Milloin"]
value = ["Euroa"]

[values.status]
"jees" = "won"
"pl*" = "lost"

[[ignore]]
rule = "our test deals"
column = "status"
words = ["testi"]
"""


def test_a_mapping_makes_a_foreign_file_readable(export: Export) -> None:
    file, mapping = export(FOREIGN, "foreign.csv"), export(MAPPING, "ours.toml")
    with pytest.raises(IntakeError, match="does not look like"):
        read([file])
    intake = read([file], mappings=[mapping])
    assert intake.data.opportunities["status"].tolist() == ["won", "lost"]
    assert intake.account.ignored == {"mapping": 1}
    assert intake.sources[0].layout == "ours.toml"


def test_a_folder_of_mappings_is_read_by_name(export: Export, tmp_path: Path) -> None:
    file = export(FOREIGN, "foreign.csv")
    (tmp_path / "mappings").mkdir()
    export(MAPPING, "mappings/ours.toml")
    assert read([file], mappings=[tmp_path / "mappings"]).account.used == 2


def test_a_mapping_goes_before_the_shipped_layouts(export: Export) -> None:
    file = export("id,status,value,net value\n1,open,5,4\n", "deals.csv")
    mapping = export(
        'table = "opportunities"\n[columns]\nopportunity_id="id"\nstatus="status"\nvalue="net value"\n', "m.toml"
    )
    assert read([file], mappings=[mapping]).data.opportunities["value"].tolist() == [4]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("table = ", "mapping_syntax"),
        ('table = "deals"', "mapping_table"),
        ('table = "opportunities"\n[columns]\ncolour = "x"', "mapping_column"),
        ('table = "opportunities"', "mapping_empty"),
        ('colums = {status = "x"}', "mapping_key"),
        ("ignore = [{rule = 'x', column = 'y', word = 'z'}]", "mapping_key"),
        ("ignore = [{rule = 'x'}]", "mapping_missing"),
        ("name = 5", "mapping_text"),
        ("values = {status = {ok = 1}}", "mapping_text"),
        ("stage_dates = 'x'", "mapping_list"),
        ("columns = 'x'", "mapping_block"),
        ("ignore = ['x']", "mapping_block"),
        ("exact = 'yes'", "mapping_switch"),
        ('table = "opportunities"\ncolumns = {status = "x"}\nvalues = {status = {ok = "banana"}}', "mapping_word"),
        ("a = " + "[" * 20_000, "mapping_deep"),
        ("a = " + "9" * 5_000, "mapping_syntax"),
        ("name = 'a\0'", "mapping_syntax"),
        ('table = "opportunities"\nalso = "no_such"\ncolumns = {status = "x"}', "mapping_also"),
        ('table = "opportunities"\nalso = "plain_opportunities"\ncolumns = {status = "x"}', "mapping_also"),
    ],
)
def test_a_faulty_mapping_is_an_error_that_says_what_is_possible(export: Export, text: str, code: str) -> None:
    file, mapping = export(FOREIGN, "foreign.csv"), export(text, "ours.toml")
    with pytest.raises(IntakeError) as refused:
        read([file], mappings=[mapping])
    assert refused.value.code == code
    for language in LANGUAGES:
        assert "ours.toml" in refused.value.message(language)


def test_a_draft_names_the_nearest_table_and_every_header_of_the_file(export: Export) -> None:
    (source,) = inspect([export('Kauppanumero;Kuka;Arvo;Lisätieto "x"\n1;Aino;5;z\n', "foreign.csv")])
    draft = draft_mapping(source)
    tree = tomllib.loads(draft)
    assert tree["table"] == "opportunities"
    assert tree["columns"] == {"opportunity_id": ["Kauppanumero"], "value": ["Arvo"]}
    assert '"Kuka"' in draft
    assert "# status = []  # text, required" in draft


def test_a_draft_lists_unknown_words_to_be_filled_in(export: Export) -> None:
    (source,) = inspect([export("id,status,value\n1,jees,5\n2,jees,5\n", "deals.csv")])
    draft = draft_mapping(source)
    assert "[values.status]  # won | lost | open" in draft
    assert '# "jees" = ""  # 2' in draft
    tomllib.loads(draft.replace('# "jees" = ""', '"jees" = "won"'))


def test_the_draft_of_a_known_file_reads_it_just_as_well(export: Export) -> None:
    file = export("id,status,value,close date,sales agent\n1,won,5,2017-03-01,Aino\n", "deals.csv")
    (source,) = inspect([file])
    mapping = export(draft_mapping(source), "draft.toml")
    drafted = read([file], mappings=[mapping])
    assert drafted.sources[0].layout == "deals"
    assert drafted.data.opportunities.equals(read([file]).data.opportunities)


@pytest.mark.parametrize("layout", shipped_layouts(), ids=lambda layout: layout.name)
def test_a_shipped_layout_is_sound(layout: object) -> None:
    """Its rules have sentences, its required columns headers, its words meanings of the canonical vocabulary."""
    from kpi_core.intake.layouts import Layout

    assert isinstance(layout, Layout)
    sentences = load_texts("kpi_core.sentences", "rows.toml")
    for rule in [rule.rule for rule in layout.ignore] + ([layout.not_needed] if layout.not_needed else []):
        assert f"ignored.{rule}" in sentences
    assert layout.not_needed or layout.columns
    assert layout.not_needed or layout.signature or layout.needs
    invented = {"opportunity_id", "meeting_id", "customer_id"}  # given by file and line where the file has none
    judged = {"status", "seller"}  # of flags or stage; of seller_id
    for column, meaning in layout.fields.items():
        assert not meaning.required or column in {*layout.columns, *invented, *judged}, column
    for needed in layout.needs:
        assert set(needed) <= set(layout.columns)
    for column, words in layout.values.items():
        allowed = set(layout.fields[column].words) if column in layout.fields and layout.fields[column].words else None
        assert allowed is None or set(words.values()) <= allowed


def test_layout_names_are_unique_and_are_their_files_names() -> None:
    names = [layout.name for layout in shipped_layouts()]
    assert len(names) == len(set(names))
    folder = Path(kpi_core.__file__).parent / "intake" / "layouts"
    assert sorted(names) == sorted(file.stem for file in folder.glob("*.toml"))


def test_the_general_words_mean_words_of_the_contract() -> None:
    assert set(vocabulary("status").values()) - {"neither"} == set(COLUMNS["opportunities"]["status"].words)
    assert set(vocabulary("outcome").values()) == set(COLUMNS["meetings"]["outcome"].words)
    assert set(vocabulary("channel").values()) == set(COLUMNS["contacts"]["channel"].words)


def test_every_code_that_the_intake_uses_has_its_sentence_and_every_sentence_is_used() -> None:
    code = "\n".join(
        file.read_text(encoding="utf-8") for file in (Path(kpi_core.__file__).parent / "intake").glob("*.py")
    )
    quoted = set(re.findall(r'"([a-z_.0-9]+)"', code))
    sentences = set(load_texts("kpi_core.sentences", "intake.toml"))
    assert sentences <= quoted
    errors = set(re.findall(r'IntakeError\(\s*"([a-z_0-9]+)"', code)) | {"password", "old_excel"}
    remarks = set(re.findall(r'"((?:note|date_proof|number_proof)\.[a-z_0-9]+)"', code))
    assert errors | remarks | set(EXPECTED.values()) == sentences
    rows = {
        name.removeprefix("excluded.") for name in load_texts("kpi_core.sentences", "rows.toml") if "excluded" in name
    }
    assert rows <= quoted


def test_both_languages_name_the_same_facts() -> None:
    for file in ("intake.toml", "rows.toml"):
        for name, text in load_texts("kpi_core.sentences", file).items():
            facts = [set(re.findall(r"\{(\w+)\}", sentence)) for sentence in text]
            assert facts[0] == facts[1], name
