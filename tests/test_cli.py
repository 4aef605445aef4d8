"""The commands as a user meets them: what they print, where they print it, and how they end."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import typer

from addin import cli, sample
from addin.commands.explanation import ValueReadError, number
from addin.settings import Settings
from addin.wording import help_text
from kpi_core.catalogue import catalogue
from kpi_core.evidence import wilson
from kpi_core.texts import LANGUAGES

DOCS = Path(__file__).parents[1] / "docs" / "cli.md"
GROUP = typer.main.get_command(cli.app)
COMMANDS: dict[str, Any] = GROUP.commands  # type: ignore[attr-defined]
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's folder."""
    folder = tmp_path_factory.mktemp("vienti")
    sample.write(folder)
    return folder


@pytest.fixture(autouse=True)
def english_and_bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An English machine without settings, in a folder of its own."""
    for name in list(os.environ):
        if name.startswith("KPI_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)


def kpi(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Run a command in this process: its exit code, what it said and what it complained about."""
    code = cli.main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command as a process of its own, as a shell would."""
    return subprocess.run(
        [sys.executable, "-m", "addin.cli", *map(str, arguments)],
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
        timeout=120,
    )


def strictly(text: str) -> Any:
    """JSON, and nothing that only Python takes for JSON."""

    def refuse(constant: str) -> Any:
        raise ValueError(constant)

    return json.loads(text, parse_constant=refuse)


# --- help, version, documentation ---------------------------------------------------------------------------------


def parameters(name: str = "kpi", command: Any = GROUP) -> Iterator[tuple[str, Any]]:
    """Of every command, those of groups within groups too."""
    for parameter in command.params:
        yield name, parameter
    for inner, its in getattr(command, "commands", {}).items():
        yield from parameters(inner, its)


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_lists_every_command_in_the_users_language(
    language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_LANGUAGE", language)
    code, out, err = kpi(capsys, "--help")
    assert (code, err) == (0, "")
    assert out.startswith("Käyttö: kpi" if language == "fi" else "Usage: kpi")
    assert all(f"\n  {name} " in out for name in COMMANDS)


def test_every_command_and_parameter_says_in_both_languages_what_it_is_for() -> None:
    missing = [name for name in ("kpi", *COMMANDS) if help_text(name) is None]
    missing += [f"{name}.{it.name}" for name, it in parameters() if help_text(name, it.name) is None]
    assert missing == []


def test_every_command_option_and_setting_is_documented() -> None:
    documented = DOCS.read_text(encoding="utf-8")
    sections = {part.split()[0]: part for part in documented.split("\n## kpi ")[1:]}
    assert set(sections) == set(COMMANDS)
    missing = [
        f"{name} {option}"
        for name, it in parameters()
        for option in it.opts
        if option.startswith("--") and f"`{option}" not in documented
    ]
    missing += [name for name in Settings.model_fields if f"| `{name}` |" not in documented]
    assert missing == []


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = kpi(capsys)
    assert code == 0
    assert "scorecard" in out


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = kpi(capsys, "--version")
    assert code == 0
    assert out.startswith("kpi ")


def test_help_loads_nothing_heavy() -> None:
    heavy = "{'pandas', 'openpyxl', 'pandera', 'holidays', 'pydantic_settings', 'python_calamine', 'xlwings'}"
    script = f"import sys; from addin.cli import main; main(['--help']); print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("set()")


# --- usage: exit 2, one sentence ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["scorcard"], "There is no command scorcard. The commands are inspect, scorecard, fill"),
        (["scorecard", "x"], "The required option --period is missing. Help: kpi scorecard --help"),
        (["scorecard"], "PATH is missing. Help: kpi scorecard --help"),
        (["scorecard", "x", "--period"], "The option --period needs a value."),
        (["scorecard", "x", "--perod", "2026"], "There is no option --perod. Did you mean --period?"),
        (["scorecard", "x", "--period", "2026", "--by", "week"], 'The value "week" of --by is not allowed.'),
        (["scorecard", "x", "--period", "2026", "--format", "xml"], "Allowed are table, csv, json."),
        (["scorecard", "x", "--period", "last month"], 'The period "last month" is not recognised.'),
        (["scorecard", "x", "--period", "2026-13"], 'The period "2026-13" is not recognised.'),
        (["scorecard", "x", "--period", "2026", "--as-of", "31.10.2026"], "Setting as_of (the option --as-of)"),
        (["scorecard", "x", "--period", "2026", "--set", "win_rate"], "Write KPI.OPTION=VALUE"),
        (["scorecard", "x", "--period", "2026", "--set", "win_rte.basis=value"], "Did you mean win_rate?"),
        (["scorecard", "x", "--period", "2026", "--set", "win_rate.base=value"], "basis"),
        (["scorecard", "x", "--period", "2026", "--set", "win_rate.basis=values"], "count, value"),
        (["inspect", "x", "--date-order", "mixed"], "Setting date_order (the option --date-order)"),
        (["inspect", "x", "--language", "sv"], "Setting language (the option --language)"),
        (["templates", "extra"], "The command holds something extra: extra."),
        (["explain", "winrate"], "Did you mean win_rate?"),
        (["explain", "win_rate", "12"], 'If you meant percent, write "12%" or 0.12.'),
        (["explain", "win_rate", "many"], "is no number in the KPI's unit"),
        (["explain", "win_rate", "12 %", "--n", "few"], "is no whole number"),
        (["fill", "x", "--workers", "0"], "The option --workers is at least 1. Found 0. Help: kpi fill --help"),
        (["fill", "x", "--workers", "999"], "The option --workers is at most 256. Found 999."),
        (["fill", "x", "--workers", "two"], 'The option --workers takes a whole number. Found "two".'),
        (["settings", "--settings", "none.toml"], "There is no settings file none.toml."),
        (["fill", "x", "--template", "monthly_sales", "--period", "2026-10", "--by", "team"], "seller, client"),
    ],
)
def test_what_is_not_understood_ends_in_2_with_one_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = kpi(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert sentence in err
    assert len(err.splitlines()) == 1
    assert "Traceback" not in err


def test_a_wrong_option_in_kpi_toml_is_told_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    Path("kpi.toml").write_text('[options.win_rate]\nbasis = "weight"\n', encoding="utf-8")
    code, _, err = kpi(capsys, "scorecard", "x", "--period", "2026")
    assert code == 2
    assert '"weight"' in err
    assert "kpi.toml" in err


def test_limits_that_do_not_fit_are_told_with_their_place(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_THRESHOLDS__WIN_RATE", "0.4; 0.2; 0.1")
    code, _, err = kpi(capsys, "explain", "win_rate")
    assert code == 2
    assert "KPI_THRESHOLDS__WIN_RATE" in err


def test_a_finn_is_told_in_finnish(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fi_FI.UTF-8")
    code, _, err = kpi(capsys, "scorecard", "x")
    assert code == 2
    assert err == "Pakollinen valitsin --period puuttuu. Ohje: kpi scorecard --help\n"


# --- data problems: exit 1, one sentence ----------------------------------------------------------------------------


def test_a_missing_file_ends_in_1_with_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = kpi(capsys, "scorecard", "nowhere.csv", "--period", "2026-10")
    assert (code, out) == (1, "")
    assert "nowhere.csv" in err
    assert len(err.splitlines()) == 1


def test_a_period_outside_the_data_ends_in_1_and_names_the_datas_span(
    exports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = kpi(capsys, "scorecard", exports, "--period", "2031-01", "--format", "json")
    assert (code, out) == (1, "")
    assert "2031-01" in err
    assert "2026-11-02" in err


def test_a_file_that_is_no_export_ends_in_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "menu.csv").write_text("dish;price\nsoup;9\nfish;14\n", encoding="utf-8")
    code, out, err = kpi(capsys, "scorecard", "menu.csv", "--period", "all")
    assert (code, out) == (1, "")
    assert "menu.csv" in err


def test_the_unexpected_is_one_sentence_and_debug_shows_the_traceback(
    exports: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the well is dry\nsecond line")

    monkeypatch.setattr("addin.exports.read", broken)
    code, out, err = kpi(capsys, "scorecard", exports, "--period", "2026-10")
    assert (code, out) == (1, "")
    assert err == (
        "Unexpected error (RuntimeError: the well is dry). "
        "Run the same command with --debug and send what it prints with a bug report.\n"
    )
    with pytest.raises(RuntimeError, match="the well is dry"):
        kpi(capsys, "scorecard", exports, "--period", "2026-10", "--debug")


def test_ctrl_c_ends_in_130_with_one_sentence(
    exports: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("addin.exports.read", interrupted)
    code, out, err = kpi(capsys, "scorecard", exports, "--period", "2026-10")
    assert (code, out) == (130, "")
    assert err.startswith("Interrupted.")


# --- the real process -----------------------------------------------------------------------------------------------


def test_the_two_commands_of_the_sample_work_as_processes() -> None:
    written = process("sample", "näyte")
    assert (written.returncode, written.stderr) == (0, b"")
    shown = process("scorecard", "näyte", "--period", "2026-10", "--language", "fi", PYTHONIOENCODING="utf-8")
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert "Tarjouksesta kauppaan" in shown.stdout.decode("utf-8")
    again = process("sample", "näyte")
    assert again.returncode == 2
    assert b"--force" in again.stderr


def test_exit_codes_reach_the_shell() -> None:
    assert process("--version").returncode == 0
    assert process("scorecard", "none.csv", "--period", "all").returncode == 1
    assert process("nonsense").returncode == 2


def test_a_console_without_the_characters_does_not_crash(exports: Path) -> None:
    shown = process("scorecard", exports, "--period", "2026-10", "--language", "fi", PYTHONIOENCODING="ascii")
    assert (shown.returncode, shown.stderr) == (0, b"")


def test_json_is_utf_8_whatever_the_console_speaks(exports: Path) -> None:
    shown = process(
        "scorecard", exports, "--period", "2026-10", "--by", "seller", "--format", "json", PYTHONIOENCODING="cp1252"
    )
    names = {
        reading["group"]["seller"] for reading in strictly(shown.stdout.decode("utf-8"))["readings"] if reading["group"]
    }
    assert "Leena Mäkiranta" in names


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every file name is text")
def test_json_holds_a_file_name_that_is_no_text_as_escapes(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"d\xe4als.csv")).write_text("id;status;value\n1;open;5\n")
    shown = process("inspect", tmp_path, "--format", "json")
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert os.fsencode(strictly(shown.stdout.decode("utf-8"))["files"][0]["file"]).endswith(b"d\xe4als.csv")


@pytest.mark.skipif(os.name == "nt", reason="a closed pipe is told otherwise on Windows")
def test_a_reader_that_leaves_early_causes_no_complaint(exports: Path) -> None:
    command = [sys.executable, "-m", "addin.cli", "scorecard", str(exports), "--period", "2026-10", "--by", "seller"]
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run(command, stdout=closed, stderr=subprocess.PIPE, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, b"")


# --- scorecard ------------------------------------------------------------------------------------------------------

READING_KEYS = [
    "kpi", "group", "value", "unit", "numerator", "denominator", "n", "interval", "status", "evidence", "diagnosis",
    "reason",
]  # fmt: skip


@pytest.fixture(scope="module")
def october(exports: Path) -> Any:
    """October 2026 by seller, as JSON in English."""
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        code = cli.main(
            ["scorecard", str(exports), "--period", "2026-10", "--by", "seller", "--format", "json", "--language", "en"]
        )
    assert code == 0
    return strictly(out.getvalue())


def reading(card: Any, kpi_id: str, seller: str | None = None) -> Any:
    group = {"seller": seller} if seller else None
    return next(it for it in card["readings"] if it["kpi"] == kpi_id and it["group"] == group)


def test_the_json_has_exactly_the_promised_keys_in_order(october: Any) -> None:
    assert list(october)[:4] == ["period", "as_of", "rows", "readings"]
    assert (october["period"], october["as_of"]) == ("2026-10", "2026-10-31")
    assert list(october["rows"]) == ["read", "used", "ignored", "excluded"]
    assert all(list(it)[: len(READING_KEYS)] == READING_KEYS for it in october["readings"])


def test_every_kpi_is_read_for_all_and_for_each_seller(october: Any) -> None:
    sellers = {it["group"]["seller"] for it in october["readings"] if it["group"]}
    assert len(sellers) == 6
    assert len(october["readings"]) == len(catalogue()) * (1 + len(sellers))
    assert [it["kpi"] for it in october["readings"] if it["group"] is None] == list(catalogue())


def test_the_rows_add_up_and_the_excluded_are_listed(october: Any, exports: Path) -> None:
    rows = october["rows"]
    lines = sum(len(path.read_text(encoding="utf-8-sig").splitlines()) - 1 for path in exports.glob("*.csv"))
    assert rows["read"] == lines
    assert rows["read"] == rows["used"] + rows["ignored"] + rows["excluded"]
    assert len(october["account"]["excluded"]) == rows["excluded"] >= 5
    assert all(row["reason"] and row["file"] == "tarjoukset.csv" for row in october["account"]["excluded"])


def test_the_win_rate_is_what_counting_the_file_gives(october: Any, exports: Path) -> None:
    """Counted here by the csv module alone: offers decided in October, one row an id (the faults lie elsewhere)."""
    text = (exports / "tarjoukset.csv").read_text(encoding="utf-8-sig")
    decided: dict[str, str] = {}
    for row in csv.DictReader(io.StringIO(text), delimiter=";"):
        if row["Tarjouspäivä"] and row["Vaihe"] in ("Voitettu", "Hävitty") and row["Päätöspäivä"].endswith(".10.2026"):
            decided[row["Tunnus"]] = row["Vaihe"]
    won = sum(stage == "Voitettu" for stage in decided.values())
    found = reading(october, "win_rate")
    assert (found["numerator"], found["denominator"], found["n"]) == (won, len(decided), len(decided))
    assert found["value"] == pytest.approx(won / len(decided), abs=1e-12)
    assert found["interval"] == pytest.approx(list(wilson(won, len(decided))))


def test_costs_and_targets_reach_the_figures(october: Any, exports: Path) -> None:
    def total(file: str, column: str) -> float:
        text = (exports / file).read_text(encoding="utf-8-sig")
        rows = csv.DictReader(io.StringIO(text), delimiter=";")
        return sum(float(row[column].replace(",", ".")) for row in rows if row["Kuukausi"] == "2026-10")

    text = (exports / "asiakkaat.csv").read_text(encoding="utf-8-sig")
    orders = [row["Ensitilaus"] for row in csv.DictReader(io.StringIO(text), delimiter=";")]
    new = sum(datetime.strptime(day, "%d.%m.%Y").strftime("%Y-%m") == "2026-10" for day in orders)  # noqa: DTZ007
    assert reading(october, "cac")["value"] == pytest.approx(total("kulut.csv", "Summa") / new)
    assert reading(october, "pipeline_coverage")["denominator"] == total("tavoitteet.csv", "Myyntitavoite")


def test_what_cannot_be_measured_is_null_with_its_reason(october: Any) -> None:
    """Onni Hautasalo is new: meetings, and no opportunity yet."""
    found = reading(october, "win_rate", "Onni Hautasalo")
    assert (found["value"], found["interval"], found["status"]) == (None, None, "grey")
    assert found["reason"]
    assert all((it["value"] is None) == bool(it["reason"]) for it in october["readings"])


def test_the_samples_warnings_are_there(october: Any) -> None:
    assert reading(october, "meetings_per_week", "Jussi Kärkimaa")["status"] == "red"
    assert reading(october, "pipeline_coverage", "Leena Mäkiranta")["status"] == "red"
    assert reading(october, "meetings_per_week", "Aino Lehtisaari")["status"] == "green"


def test_the_table_shows_figures_words_and_the_account_in_finnish(
    exports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = kpi(capsys, "scorecard", exports, "--period", "2026-10", "--language", "fi")
    assert (code, err) == (0, "")
    assert f"28,6{NBSP}%" in out
    assert f"321{NBSP}840{NBSP}€" in out
    assert "◆ Tarkista" in out
    assert "Luettu" in out
    assert "Hylätty tarjoukset.csv, rivi" in out


def test_the_table_shows_the_same_in_english(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = kpi(capsys, "scorecard", exports, "--period", "2026-10", "--by", "team")
    assert code == 0
    assert "28.6%" in out
    assert "Pohjoinen" in out
    assert "Excluded tarjoukset.csv, row" in out


@pytest.mark.parametrize(("language", "opening"), [("fi", "”"), ("en", "“")])
def test_what_the_market_said_stands_in_the_languages_own_quotation_marks(
    exports: Path, language: str, opening: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = kpi(capsys, "scorecard", exports, "--period", "2026-07", "--language", language)
    assert f"    {opening}Kokonaiskustannus jäi meille epäselväksi.”" in out.splitlines()


def test_excluded_rows_are_listed_in_the_order_of_the_file(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (("scorecard", exports, "--period", "2026-10"), ("inspect", exports)):
        _, out, _ = kpi(capsys, *command)
        rows = [int(row) for row in re.findall(r"Excluded tarjoukset\.csv, row (\d+)", out)]
        assert len(rows) >= 5
        assert rows == sorted(rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_a_scorecard_is_whole_in_a_terminal_of_any_width(
    exports: Path, language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {}
    for width in (109, 80, 60, 40, 24):
        monkeypatch.setenv("COLUMNS", str(width))
        _, out, _ = kpi(capsys, "scorecard", exports, "--period", "2026-07", "--by", "team", "--language", language)
        assert "…" not in out
        found[width] = Counter(word for word in re.split(r"[ \n]+", out) if re.search(r"\d", word))
    assert len(found[109]) > 100
    assert not any(found[109] - words for words in found.values())  # blocks repeat a heading that holds a figure


def test_an_option_changes_the_figure_and_its_label(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["scorecard", exports, "--period", "2026", "--format", "json"]
    by_count = reading(strictly(kpi(capsys, *arguments)[1]), "win_rate")
    by_value = reading(strictly(kpi(capsys, *arguments, "--set", "win_rate.basis=value")[1]), "win_rate")
    assert by_count["value"] != by_value["value"]
    assert by_count["label"] != by_value["label"]


def test_a_firms_own_limit_changes_the_status(
    exports: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_THRESHOLDS__MEETINGS_PER_WEEK", "4")
    _, out, _ = kpi(capsys, "scorecard", exports, "--period", "2026-10", "--format", "json")
    assert reading(strictly(out), "meetings_per_week")["status"] == "red"


def test_the_firms_week_changes_the_meetings_per_week(
    exports: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """October 2026 has 31 days: by calendar weeks each of the six sellers has 31/7 of them, absences or not."""
    monkeypatch.setenv("KPI_WEEK", "calendar")
    _, out, _ = kpi(capsys, "scorecard", exports, "--period", "2026-10", "--format", "json")
    found = reading(strictly(out), "meetings_per_week")
    assert found["denominator"] == pytest.approx(6 * 31 / 7)
    assert found["value"] == pytest.approx(found["numerator"] / (6 * 31 / 7))


def test_files_may_be_named_one_by_one(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [exports / "tarjoukset.csv", exports / "myyjat.csv"]
    code, out, _ = kpi(capsys, "scorecard", *files, "--period", "2026-10", "--format", "json")
    card = strictly(out)
    assert code == 0
    assert reading(card, "win_rate")["value"] is not None
    assert reading(card, "show_rate")["reason"]


def test_a_file_that_is_no_export_is_named_and_left_out(
    exports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "menu.csv").write_text("dish;price\nsoup;9\nfish;14\n", encoding="utf-8")
    files = ["scorecard", exports / "tarjoukset.csv", "menu.csv", "--period", "2026-10"]
    code, out, _ = kpi(capsys, *files)
    assert code == 0
    assert "A file was not used: menu.csv" in out
    refusals = [file["refusal"] for file in strictly(kpi(capsys, *files, "--format", "json")[1])["files"]]
    assert refusals[0] is None
    assert "menu.csv" in refusals[1]


@pytest.mark.parametrize(("language", "said"), [("fi", "tavu tavulta"), ("en", "byte for byte")])
def test_what_may_make_a_figure_wrong_stands_beside_the_account(
    exports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, said: str
) -> None:
    (tmp_path / "copy.csv").write_bytes((exports / "tarjoukset.csv").read_bytes())
    files = ["scorecard", exports / "tarjoukset.csv", "copy.csv", "--period", "2026-08", "--language", language]
    code, out, _ = kpi(capsys, *files)
    assert code == 0
    assert any("copy.csv: " in line and said in line for line in out.splitlines())


def test_the_time_zone_of_the_settings_decides_the_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Half past ten in the evening of 31 January in UTC is 1 February in Helsinki."""
    (tmp_path / "deals.csv").write_text("id;status;close date\n1;won;2024-01-31T22:30:00Z\n", encoding="utf-8")
    asked = ("trace", "win_rate", "deals.csv", "--format", "json", "--period")
    assert len(strictly(kpi(capsys, *asked, "2024-02")[1])["rows"]) == 1
    (tmp_path / "kpi.toml").write_text('timezone = "UTC"\n', encoding="utf-8")
    assert len(strictly(kpi(capsys, *asked, "2024-01")[1])["rows"]) == 1


def test_a_pattern_is_matched_where_the_shell_does_not(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = kpi(capsys, "inspect", exports / "ta*.csv", "--format", "json")
    assert code == 0
    assert [Path(file["file"]).name for file in strictly(out)["files"]] == [
        "tapaamiset.csv",
        "tarjoukset.csv",
        "tavoitteet.csv",
    ]
    code, _, err = kpi(capsys, "inspect", exports / "x*.csv")
    assert code == 1
    assert "x*.csv" in err


def test_data_is_never_taken_for_markup(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "deals.csv").write_text(
        "Tunnus;Asiakas;Myyjä;Vaihe;Arvo;Tarjouspäivä;Päätöspäivä;Luotu\n"
        "1;Yksi;[bold]Essi[/bold];Voitettu;100,50;13.10.2026;20.10.2026;02.10.2026\n"
        "2;Kaksi;[bold]Essi[/bold];Hävitty;100,50;14.10.2026;21.10.2026;02.10.2026\n",
        encoding="utf-8",
    )
    code, out, err = kpi(capsys, "scorecard", "deals.csv", "--period", "2026-10", "--by", "seller")
    assert (code, err) == (0, "")
    assert "[bold]Essi[/bold]" in out


# --- inspect --------------------------------------------------------------------------------------------------------


def test_inspect_says_what_each_file_was_taken_for(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = kpi(capsys, "inspect", exports, "--format", "json")
    assert (code, err) == (0, "")
    found = {Path(file["file"]).name: file for file in strictly(out)["files"]}
    assert {name: file["table"] for name, file in found.items()} == {
        "asiakkaat.csv": "customers",
        "kulut.csv": "costs",
        "markkinahavainnot.csv": "insights",
        "myyjat.csv": "sellers",
        "poissaolot.csv": "absences",
        "tapaamiset.csv": "meetings",
        "tarjoukset.csv": "opportunities",
        "tavoitteet.csv": "targets",
        "yhteydenotot.csv": "contacts",
    }
    assert all(match["column"] for file in found.values() for match in file["columns"])
    assert [word["word"] for word in found["tarjoukset.csv"]["unknown_words"]] == ["Jäissä"]


@pytest.mark.parametrize(("language", "heading"), [("fi", "Tunnistettu: tapaamiset"), ("en", "Taken for: meetings")])
def test_inspect_shows_the_same_as_a_page(
    language: str, heading: str, exports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = kpi(capsys, "inspect", exports / "tapaamiset.csv", "--language", language)
    assert code == 0
    assert heading in out
    assert "Pidetty = held" in out


def test_inspect_ends_in_1_where_nothing_can_be_used_and_drafts_a_mapping(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "odd.csv").write_text("Nro;Kohde;Vastaava\n1;x;Essi\n2;y;Aku\n", encoding="utf-8")
    code, out, _ = kpi(capsys, "inspect", "odd.csv")
    assert code == 1
    assert "--draft" in out
    code, out, _ = kpi(capsys, "inspect", "odd.csv", "--draft")
    assert code == 0
    import tomllib

    assert "columns" in tomllib.loads(out)


# --- explain, templates, settings, sample ---------------------------------------------------------------------------


@pytest.mark.parametrize("kpi_id", catalogue())
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kpi_is_explained(kpi_id: str, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = kpi(capsys, "explain", kpi_id, "--language", language)
    assert (code, err) == (0, "")
    text = catalogue()[kpi_id]
    assert text.name.show(language) in out  # type: ignore[arg-type]
    assert "{" not in out


def test_explain_without_a_kpi_lists_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = kpi(capsys, "explain")
    assert code == 0
    assert all(f"{kpi_id} " in out for kpi_id in catalogue())


def test_explain_judges_a_value(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = kpi(capsys, "explain", "win_rate", "12,5 %", "--n", "40")
    assert "▼ Warning, 12.5%" in out
    assert "5.5–26.1%" in out  # Wilson for 5 of 40, by hand: (0.1673 -+ 0.1033) / 1.0960 (see definitions, section B)
    _, out, _ = kpi(capsys, "explain", "win_rate", "12,5 %", "--n", "8")
    assert "Too little data (n = 8" in out
    assert "▼ Warning, 12.5%" not in out


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("12,5 %", "ratio", 0.125),
        ("12.5%", "ratio", 0.125),
        ("0,125", "ratio", 0.125),
        ("1", "ratio", 1.0),
        (f"12{NBSP}%", "ratio", 0.12),
        ("2,9x", "multiple", 2.9),
        (f"1{NBSP}234 €", "money", 1234.0),
        ("\N{MINUS SIGN}3", "money", -3.0),
    ],
)
def test_a_value_is_read_as_it_is_typed(text: str, unit: Any, value: float) -> None:
    assert number(text, unit) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "unit"),
    [("12", "ratio"), ("12 %", "days"), ("nan", "ratio"), ("", "days"), ("150 %", "ratio"), ("-5%", "ratio")],
)
def test_a_value_that_may_mean_two_things_or_nothing_is_not_guessed(text: str, unit: Any) -> None:
    with pytest.raises(ValueReadError):
        number(text, unit)


@pytest.mark.parametrize(("language", "word"), [("fi", "Myyntitiimin kuukausi"), ("en", "The sales team's month")])
def test_the_templates_are_listed(language: str, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = kpi(capsys, "templates", "--language", language)
    assert code == 0
    assert all(name in out for name in ("monthly_sales", "ltv_cac", "outsourced_sales"))
    assert word in out


def test_settings_shows_each_value_and_its_origin(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setenv("KPI_WEEK", "iso")
    monkeypatch.setenv("KPI_MAPPING_FOLDER", "[bold]own[/bold]")
    Path("kpi.toml").write_text('[options.win_rate]\nbasis = "value"\n', encoding="utf-8")
    code, out, _ = kpi(capsys, "settings")
    lines = {line.split()[0]: line for line in out.splitlines() if line.split()}
    assert code == 0
    assert all(any(name.startswith(field) for name in lines) for field in Settings.model_fields)
    assert "iso" in lines["week"]
    assert "the environment variable KPI_WEEK" in lines["week"]
    assert "kpi.toml" in lines["options.win_rate.basis"]
    assert "default" in lines["timezone"]
    assert "[bold]own[/bold]" in lines["mapping_folder"]  # data is never taken for markup


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_settings_name_is_broken(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    _, out, _ = kpi(capsys, "settings")
    assert set(Settings.model_fields) <= set(out.split())


def test_sample_names_what_to_try_next(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = kpi(capsys, "sample", "kokeilu")
    assert code == 0
    assert "Try: kpi scorecard kokeilu --period 2026-10" in out
    code, _, err = kpi(capsys, "sample", "kokeilu")
    assert code == 2
    assert "--force" in err
    assert kpi(capsys, "sample", "kokeilu", "--force")[0] == 0


# --- fill -----------------------------------------------------------------------------------------------------------


def test_fill_writes_a_workbook_and_sums_up(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from python_calamine import CalamineWorkbook

    arguments = ["fill", exports, "--template", "outsourced_sales", "--period", "2026-10", "--out", "raportit"]
    code, out, err = kpi(capsys, *arguments, "--language", "fi")
    assert (code, err) == (0, "")
    (written,) = Path("raportit").glob("*.xlsx")
    assert CalamineWorkbook.from_path(written).sheet_names
    assert "Kirjoitettu 1 työkirja kansioon raportit:" in out
    assert written.name in out
    assert f"Toteutuneet tapaamiset 86,5{NBSP}%" in out
    assert "Hylätty tarjoukset.csv, rivi" in out


def test_fill_writes_one_workbook_for_each_client_into_the_folder_of_the_settings(
    exports: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_OUTPUT_FOLDER", "out")
    code, out, _ = kpi(capsys, "fill", exports, "--template", "ltv_cac", "--period", "2026-10", "--by", "client")
    assert code == 0
    assert "Wrote 3 workbooks into out:" in out
    assert len(list(Path("out").glob("*.xlsx"))) == 3


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--template", "monthly_sale", "--out", "o"], 2, "monthly_sales"),
        (["--template", "monthly_sales"], 2, "--out or with the setting output_folder"),
        (["--template", "plain.xlsx", "--out", "o"], 1, "plain.xlsx"),
        (["--template", "monthly_sales", "--out", "taken"], 1, "taken"),
    ],
)
def test_fill_tells_what_does_not_serve_and_writes_nothing(
    arguments: list[str], code: int, sentence: str, exports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from openpyxl import Workbook

    Workbook().save("plain.xlsx")
    Path("taken").write_text("a file", encoding="utf-8")
    ended, out, err = kpi(capsys, "fill", exports, "--period", "2026-10", *arguments)
    assert (ended, out) == (code, "")
    assert sentence in err
    assert len(err.splitlines()) == 1
    assert not Path("o").exists()


def test_the_bar_is_drawn_on_stderr_only() -> None:
    """Seen on a pretended terminal: the count of workbooks on stderr, nothing on stdout."""
    script = (
        "from pathlib import Path; from addin.commands.filling import Bar\n"
        "with Bar('fi') as bar:\n"
        "    bar.told(2, 3, Path('raportti.xlsx'))\n"
    )
    environment = {**os.environ, "FORCE_COLOR": "1", "TTY_COMPATIBLE": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, env=environment, check=True)
    assert done.stdout == b""
    assert "Täytetään työkirjoja" in done.stderr.decode("utf-8")
    assert "2/3" in done.stderr.decode("utf-8")


# --- real data ------------------------------------------------------------------------------------------------------


def test_the_first_command_on_a_real_export_gives_the_known_figures(shared: Path) -> None:
    """The figures of ../shared/data/README.md for maven_crm, through the real process."""
    arguments = ["scorecard", shared / "data" / "maven_crm", "--period", "all", "--by", "seller", "--format", "json"]
    done = process(*arguments)
    assert (done.returncode, done.stderr) == (0, b"")
    card = strictly(done.stdout.decode("utf-8"))
    assert reading(card, "win_rate")["value"] == pytest.approx(0.6315005215, abs=5e-11)
    assert reading(card, "sales_cycle_days")["value"] == 57
    assert reading(card, "pipeline_value")["value"] is None
    assert reading(card, "win_rate", "Darcel Schlecht")["numerator"] == 349
    assert reading(card, "win_rate", "Natalya Ivanova")["value"] is None
