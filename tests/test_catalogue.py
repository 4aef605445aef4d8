"""The whole catalogue at once; a failure is one line that says which KPI lacks what, in which language."""

from __future__ import annotations

import inspect
import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

from kpi_core import measuring
from kpi_core.catalogue import PACKAGE, catalogue, definition, placeholders, read
from kpi_core.definition import Band, Definition, Status
from kpi_core.formulas import funnel, meetings, pipeline, sales_cycle, unit_economics
from kpi_core.texts import LANGUAGES, Text, texts
from tests.formula_codes import Codes, calls_of, codes_of

FORMULAS = {
    name: function
    for family in (meetings, funnel, pipeline, sales_cycle, unit_economics)
    for name, function in inspect.getmembers(family, inspect.isfunction)
    if function.__module__ == family.__name__ and not name.startswith("_")
}
FILES = {file.name: file.read_text("utf-8") for file in files(PACKAGE).iterdir() if file.name.endswith(".toml")}
KPIS = list(catalogue())
# What a formula gets from the scorecard, not from the user.
GIVEN = {"as_of", "data_on", "fall_back", "history", "scale", "win_rate"}
# A figure made of others can be missing, or noted, for the same causes as these; () where it takes the value alone.
MADE_OF: dict[str, tuple[str, ...]] = {
    "pipeline_value": (),
    "pipeline_coverage": ("pipeline_value",),
    "ltv_cac": ("ltv", "cac"),
    "cac_payback_months": ("cac",),
}


def sentences() -> Iterator[tuple[str, Text]]:
    for file, source in FILES.items():
        for key, text in texts(tomllib.loads(source)).items():
            yield f"{file}: {key}", text
        for family in tomllib.loads(source).values():
            for rules in ("bands", "firm_bands"):
                for band in family.get(rules, ()):
                    yield f"{file}: {rules}.{band['id']}", Text(**band["diagnosis"])


SENTENCES = list(sentences())


def test_every_text_exists_in_both_languages_and_is_translated() -> None:
    faults = []
    for key, text in SENTENCES:
        faults += [f"{key} lacks {language}" for language in LANGUAGES if not text.show(language).strip()]
        if text.fi == text.en and not re.fullmatch(r"\{\w+\}( [/,]? ?\{\w+\}|, \{\w+\}| / \{\w+\})*", text.fi):
            faults.append(f"{key}: fi and en are the same")
    assert not faults, "\n".join(faults)


def test_every_placeholder_stands_in_both_languages() -> None:
    faults = [key for key, text in SENTENCES if placeholders(text.fi) != placeholders(text.en)]
    assert not faults, "\n".join(faults)


def test_no_text_is_untidy() -> None:
    """No double space, no line break possible before a Finnish per cent sign, no sentence without its full stop."""
    faults = [f"{key}: double space" for key, text in SENTENCES for it in text if "  " in it]
    faults += [f"{key}: the space before % is not a no-break space" for key, text in SENTENCES if " %" in text.fi]
    faults += [
        f"{key}: {it!r} does not end as a sentence" for key, text in SENTENCES for it in text if unfinished(key, it)
    ]
    assert not faults, "\n".join(faults)


def unfinished(key: str, sentence: str) -> bool:
    told = re.search(r"\.(definition|reasons\.\w+|notes\.\w+|too_little|help|meaning)$|bands\.\w+$", key)
    return bool(told) and not sentence.endswith((".", "?"))


@pytest.mark.parametrize("kpi", KPIS)
def test_a_definition_and_a_diagnosis_are_two_to_four_sentences(kpi: str) -> None:
    known = definition(kpi)
    faults = []
    for language in LANGUAGES:
        if not 2 <= sentence_count(known.definition.show(language)) <= 4:
            faults.append(
                f"{kpi}: definition.{language} has {sentence_count(known.definition.show(language))} sentences"
            )
        faults += [
            f"{kpi}: {rule.id}.{language} should say what it means and what to do"
            for rule in (*known.bands, *known.firm_bands)
            if sentence_count(rule.diagnosis.show(language)) != 2
        ]
    assert not faults, "\n".join(faults)


def sentence_count(text: str) -> int:
    return len(re.findall(r"[.?](?=\s+[A-ZÅÄÖ]|$)", text))


@pytest.mark.parametrize("kpi", KPIS)
def test_every_kpi_names_who_defines_it_and_whose_limits_it_has(kpi: str) -> None:
    known = definition(kpi)
    for language in LANGUAGES:
        assert known.source.show(language), f"{kpi} has no source in {language}"
        assert known.bands_source.show(language), f"{kpi} has no bands_source in {language}"


# --- limits


BOUNDED = [
    (kpi, index, band) for kpi in KPIS for index, band in enumerate(definition(kpi).limits()) if band.upper is not None
]


@pytest.mark.parametrize(("kpi", "index", "band"), BOUNDED, ids=[f"{kpi}-{band.id}" for kpi, _, band in BOUNDED])
def test_a_band_ends_exactly_at_its_bound(kpi: str, index: int, band: Band) -> None:
    known, bound = definition(kpi), band.upper
    assert bound is not None
    after = known.limits()[index + 1]
    assert known.band(math.nextafter(bound, -math.inf)).id == band.id
    assert known.band(math.nextafter(bound, math.inf)).id == after.id
    assert known.band(bound).id == (band.id if band.inclusive else after.id)


@pytest.mark.parametrize(
    ("kpi", "expected"),
    LIMITS := [
        ("meetings_per_week", [(2.999, "red"), (3, "green")]),
        ("contact_to_meeting", [(0, "red"), (0.03, "green"), (0.10, "green"), (0.25, "green"), (0.2501, "amber")]),
        ("meeting_to_offer", [(0.2999, "red"), (0.30, "green"), (7.5, "green")]),
        ("win_rate", [(0, "red"), (0.15, "amber"), (0.20, "green"), (0.40, "green"), (0.4001, "amber")]),
        ("pipeline_coverage", [(0, "red"), (2.99, "red"), (3, "green"), (5, "green"), (5.01, "amber")]),
        ("sales_cycle_days", [(1.25, "green"), (1.2501, "amber")]),
        ("show_rate", [(0.6999, "red"), (0.70, "amber"), (0.8999, "amber"), (0.90, "green")]),
        ("ltv_cac", [(-1, "red"), (2.9999, "red"), (3, "green"), (5, "green"), (5.01, "amber")]),
        ("pipeline_value", [(0, "grey"), (1e9, "grey")]),
        ("meetings_agreed", [(0, "grey")]),
        ("cac", [(0, "grey")]),
        ("ltv", [(0, "grey")]),
        ("cac_payback_months", [(0, "grey")]),
    ],
)
def test_the_limits_are_the_article_s(kpi: str, expected: list[tuple[float, Status]]) -> None:
    assert [(value, definition(kpi).band(value).status) for value, _ in expected] == expected


def test_nothing_measured_has_no_band() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        definition("win_rate").band(math.nan)


# --- definitions and formulas


def test_every_formula_has_a_definition_of_its_family_and_every_definition_a_formula() -> None:
    faults = [f"{name}: no definition" for name in FORMULAS.keys() - set(KPIS)]
    for kpi, known in catalogue().items():
        function = FORMULAS.get(kpi)
        if function is None or function.__module__ != f"kpi_core.formulas.{known.family}":
            faults.append(f"{kpi}: no function in kpi_core/formulas/{known.family}.py")
        if kpi not in measuring.MEASURING:
            faults.append(f"{kpi}: not in MEASURING of kpi_core/measuring.py")
        if kpi not in measuring.RESTS_ON:
            faults.append(f"{kpi}: not in RESTS_ON of kpi_core/measuring.py")
    assert not faults, "\n".join(faults)


def test_a_figure_made_of_others_says_so() -> None:
    """Their reasons and notes reach it: without a row in MADE_OF nobody would see that it lacks their words."""
    faults = [
        f"{kpi}: made of {', '.join(sorted(calls_of(kpi)))}, but has no row in MADE_OF"
        for kpi in KPIS
        if calls_of(kpi) and kpi not in MADE_OF
    ]
    assert not faults, "\n".join(faults)


def test_every_kpi_stands_in_a_template_and_among_the_limits_cases() -> None:
    lists = tomllib.loads((files("workbook_templates") / "shipped.toml").read_text("utf-8")).values()
    shown = {kpi for template in lists for name in ("kpis", "economics") for kpi in template[name]}
    faults = [f"{kpi}: in no list of workbook_templates/shipped.toml" for kpi in KPIS if kpi not in shown]
    faults += [f"{kpi}: no case in test_the_limits_are_the_article_s" for kpi in KPIS if kpi not in dict(LIMITS)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("kpi", KPIS)
def test_the_options_are_the_formulas_own_with_its_defaults(kpi: str) -> None:
    options, function = definition(kpi).options, FORMULAS.get(kpi)
    assert function is not None, f"{kpi}: no function in kpi_core/formulas"
    keywords = {
        name: it.default
        for name, it in inspect.signature(function).parameters.items()
        if it.kind is inspect.Parameter.KEYWORD_ONLY and name not in GIVEN
    }
    hints = get_type_hints(function)
    faults = [f"{kpi}: the formula's {name} is no option" for name in keywords.keys() - options.keys()]
    for name, option in options.items():
        if name not in keywords:
            if name not in codes_of(kpi).strings:
                faults.append(f"{kpi}: nothing reads the option {name}")
            continue
        default = keywords[name]
        if option.default != ("" if default is None else str(default)):
            faults.append(f"{kpi}.{name}: default {option.default!r}, the formula's {default!r}")
        if get_origin(hints[name]) is Literal and set(option.choices) != set(get_args(hints[name])):
            faults.append(f"{kpi}.{name}: choices differ from the formula's {get_args(hints[name])}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("kpi", KPIS)
def test_every_code_a_formula_uses_is_worded_and_every_wording_is_used(kpi: str) -> None:
    known, used = definition(kpi), codes_of(kpi)
    inherited = [definition(other) for other in MADE_OF.get(kpi, ())]
    faults = [f"{kpi}: {fault}" for fault in differing(known, used, inherited)]
    assert not faults, "\n".join(faults)


def differing(known: Definition, used: Codes, inherited: list[Definition]) -> Iterator[str]:
    for kind, codes in (("reasons", used.reasons), ("notes", used.notes), ("parts", used.parts)):
        worded: Mapping[str, Any] = getattr(known, kind)
        passed_on = {code for other in inherited for code in getattr(other, kind)}
        # Of a part of its sources a figure may show what it likes; their reasons and notes must reach the reader.
        for code in sorted((codes | (passed_on if kind != "parts" else set())) - worded.keys()):
            yield f"{kind}.{code} is not worded"
        for code in sorted(worded.keys() - codes - passed_on - used.strings):
            yield f"{kind}.{code} is never used"


# --- faults in a definition are told at load, one a line


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("minimum_n = 20", "minimum_m = 20", "show_rate.minimum_m: Unexpected keyword argument"),
        ("below = 0.70", "below = 0.95", "show_rate.bands.below: the bounds do not ascend"),
        ('limit = "below"', "", "meetings_agreed.firm_bands.below: every band but the last needs a bound"),
        ("order = 80", "order = 90", "order: 90 is"),
        ('default = "held"', 'default = "hold"', "meetings_per_week.options.count.default: hold is no choice"),
        ('excel = "#N/A"', 'excel = "#REF!"', "meetings_per_week.reasons.ahead.excel: Input should be"),
        ("new {count} meetings", "new {counts} meetings", "label: the placeholders of fi and en differ"),
        ("than {upper} new", "than {lower} new", "bands.low: the placeholders of fi and en differ"),
        ('en = "Show-up rate"', 'en = "The show-up rate of meetings"', "show_rate.short.en: longer than 24 characters"),
        ("[show_rate.options.strict.choices]", "[show_rate.options.strict.choice]", "show_rate.options.strict.choice"),
    ],
)
def test_a_fault_is_one_line_that_names_the_kpi(was: str, becomes: str, told: str) -> None:
    source = FILES["meetings.toml"]
    assert was in source
    with pytest.raises(ValueError, match=re.escape(told)) as error:
        read({"meetings.toml": source.replace(was, becomes, 1)})
    assert len(str(error.value).splitlines()) <= 2
