"""Every setting has one meaning and one origin: a flag, the environment, .env, kpi.toml or the default."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from addin.configuration import read_settings
from addin.language import machine_language, option, spoken_language
from addin.settings import SettingError, Settings
from kpi_core.texts import load_texts


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("KPI_") or name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
            monkeypatch.delenv(name)


def test_without_anything_set_the_defaults_hold(tmp_path: Path) -> None:
    found = read_settings(tmp_path)
    assert found.settings.week == "working"
    assert found.settings.timezone == "Europe/Helsinki"
    assert found.settings.options == {}
    assert found.origin("week").kind == "default"
    assert found.origin("language").kind == "machine"


def test_a_flag_wins_over_the_environment_over_env_file_over_kpi_toml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kpi.toml").write_text('week = "iso"\ncurrency = "SEK"\ndecimal = "."\nlanguage = "fi"\n')
    (tmp_path / ".env").write_text("KPI_WEEK=calendar\nKPI_CURRENCY=NOK\nKPI_DECIMAL=,\n")
    monkeypatch.setenv("KPI_WEEK", "working")
    monkeypatch.setenv("KPI_CURRENCY", "USD")
    found = read_settings(tmp_path, flags={"week": "iso", "decimal": None})
    assert [found.settings.week, found.settings.currency, found.settings.decimal, found.settings.language] == [
        "iso",
        "USD",
        ",",
        "fi",
    ]
    kinds = [found.origin(name).kind for name in ("week", "currency", "decimal", "language")]
    assert kinds == ["flag", "environment", "env_file", "settings_file"]
    assert found.origin("currency").place == "KPI_CURRENCY"
    assert found.origin("language").place == str(tmp_path / "kpi.toml")


def test_options_add_up_across_places_each_with_its_own_origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kpi.toml").write_text(
        '[options.win_rate]\nbasis = "value"\nscope = "all"\n[options.cac]\nlag_months = 1\n'
        "[thresholds]\nshow_rate = [0.75, 0.9]\n"
    )
    monkeypatch.setenv("KPI_OPTIONS__WIN_RATE__SCOPE", "offers")
    found = read_settings(tmp_path, flags={"options": {"win_rate": {"date": "offer"}}})
    assert found.settings.options == {
        "win_rate": {"basis": "value", "scope": "offers", "date": "offer"},
        "cac": {"lag_months": "1"},
    }
    assert found.settings.thresholds == {"show_rate": (0.75, 0.9)}
    assert found.origin("options.win_rate.basis").kind == "settings_file"
    assert found.origin("options.win_rate.scope").place == "KPI_OPTIONS__WIN_RATE__SCOPE"
    assert found.origin("options.win_rate.date").kind == "flag"


def test_a_kpi_toml_from_notepad_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "kpi.toml").write_bytes(b"\xef\xbb\xbfas_of = 2026-10-31\r\n")
    assert read_settings(tmp_path).settings.as_of == date(2026, 10, 31)


def test_a_settings_file_may_stand_anywhere(tmp_path: Path) -> None:
    elsewhere = tmp_path / "oma.toml"
    elsewhere.write_text('currency = "EUR"\n')
    found = read_settings(tmp_path / "x", elsewhere)
    assert found.origin("currency").place == str(elsewhere)
    with pytest.raises(SettingError, match="There is no settings file"):
        read_settings(tmp_path, tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            'week = "lunar"',
            r'Setting week \(the file .*kpi\.toml\): found "lunar", allowed is working, calendar or iso',
        ),
        ('currency = "euro"', r'found "euro", allowed is a three-letter code'),
        ('timezone = "Helsinki"', r'found "Helsinki", allowed is a time zone'),
        ('as_of = "31.10.2026"', r'found "31\.10\.2026", allowed is a day written 2026-10-31'),
        ('[thresholds]\nwin_rate = [0.1, "x"]', r"Setting thresholds\.win_rate .*allowed is numbers by KPI"),
        ('options = "win_rate"', r"Setting options .*allowed is a table by KPI"),
        ('langauge = "fi"', r"There is no setting langauge \(the file .*\)\. Did you mean language\?"),
        ("week = ", r"cannot be read"),
    ],
)
def test_a_wrong_value_is_told_with_its_name_place_and_what_is_allowed(
    tmp_path: Path, content: str, message: str
) -> None:
    (tmp_path / "kpi.toml").write_text(content, encoding="utf-8")
    with pytest.raises(SettingError, match=message):
        read_settings(tmp_path)


@pytest.mark.parametrize("text", ["a = " + "[" * 20_000, "week = " + "9" * 5_000])
def test_a_file_made_to_choke_on_is_told_as_unreadable(tmp_path: Path, text: str) -> None:
    """Nested beyond Python's stack, and a number of more digits than Python converts."""
    (tmp_path / "kpi.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingError, match=r"kpi\.toml"):
        read_settings(tmp_path)
    assert spoken_language([], {}, tmp_path) in ("fi", "en")


def test_a_mistyped_variable_is_told_and_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_CURENCY", "EUR")
    with pytest.raises(SettingError, match=r"no setting curency \(.*KPI_CURENCY\)\. Did you mean currency"):
        read_settings(tmp_path)


def test_a_mistyped_name_in_env_file_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("KPI_WEEKS=iso\nOTHER=1\n")
    with pytest.raises(SettingError, match=r"no setting .*weeks \(the file .*\.env\)\. Did you mean week"):
        read_settings(tmp_path)


def test_a_wrong_variable_is_named_as_the_user_wrote_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_WEEK", "kuu")
    with pytest.raises(SettingError) as raised:
        read_settings(tmp_path)
    assert raised.value.message("fi") == (
        'Asetus week (ympäristömuuttuja KPI_WEEK): löytyi "kuu", sallittu on working, calendar tai iso. Korjaa arvo.'
    )


def test_a_table_in_the_environment_that_is_no_json_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_OPTIONS", "win_rate")
    with pytest.raises(SettingError, match="setting options cannot be read"):
        read_settings(tmp_path)


def test_limits_in_the_environment_are_a_list_with_semicolons_or_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_THRESHOLDS__WIN_RATE", "0.1; 0.2; 0.4")
    monkeypatch.setenv("KPI_THRESHOLDS__SHOW_RATE", "[0.7, 0.9]")
    limits = read_settings(tmp_path).settings.thresholds
    assert limits == {"win_rate": (0.1, 0.2, 0.4), "show_rate": (0.7, 0.9)}


def test_every_setting_is_described_in_both_languages_with_what_is_allowed() -> None:
    texts = load_texts("addin.texts", "settings.toml")
    described = {name.removeprefix("settings.") for name in texts if name.startswith("settings.")}
    assert described == {f"{name}.{text}" for name in Settings.model_fields for text in ("meaning", "allowed")}


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "fi_FI.UTF-8"}, "fi"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "fi_FI.UTF-8"}, "en"),
        ({"LC_MESSAGES": "fi_FI", "LANG": "sv_SE"}, "fi"),
        ({"LANG": "C"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_is_the_machines(environ: dict[str, str], language: str) -> None:
    assert machine_language(environ) == language


def test_help_speaks_the_language_that_the_settings_will_name(tmp_path: Path) -> None:
    finnish = {"LANG": "fi_FI.UTF-8"}
    assert spoken_language([], finnish, tmp_path) == "fi"
    (tmp_path / "kpi.toml").write_text('language = "en"')
    assert spoken_language([], finnish, tmp_path) == "en"
    (tmp_path / ".env").write_text("KPI_LANGUAGE=fi")
    assert spoken_language([], {}, tmp_path) == "fi"
    assert spoken_language([], {"KPI_LANGUAGE": "en"}, tmp_path) == "en"
    assert spoken_language(["templates", "--language=fi"], {"KPI_LANGUAGE": "en"}, tmp_path) == "fi"
    assert spoken_language(["--language", "sv"], {"KPI_LANGUAGE": "en"}, tmp_path) == "en"


def test_an_option_is_found_before_the_arguments_are_parsed() -> None:
    assert option("--language", ["inspect", "--language", "en", "--language=fi"]) == "fi"
    assert option("--language", ["inspect", "--", "--language", "en"]) is None
    assert option("--language", ["--language"]) is None
