"""The text of main.py for xlwings Lite: the project's modules as they are, and one marked function for each."""

from __future__ import annotations

from importlib.metadata import version

from addin.functions import FUNCTIONS
from addin.hosts.lite.sources import sources
from addin.hosts.lite.wording import say
from addin.worksheet import WorksheetFunction
from kpi_core.texts import Language

# What the functions import beside Python itself; KPITABLE alone needs the last two. Packages that come with Pyodide
# have its version and take no other, so none is named.
REQUIREMENTS = ("xlwings", "holidays", "pydantic", "pandas", "pandera")

_LOADING = '''
import sys
import tempfile
from pathlib import Path

from xlwings import arg, func

{files}

_folder = Path(tempfile.mkdtemp(prefix="kpi-"))
for _name, _text in _FILES.items():
    _file = _folder / _name
    _file.parent.mkdir(parents=True, exist_ok=True)
    _file.write_text(_text, encoding="utf-8")
for _name in [_module for _module in sys.modules if _module.split(".")[0] in ("addin", "kpi_core")]:
    del sys.modules[_name]  # those of an earlier main.py in this session
sys.path.insert(0, str(_folder))

from addin.hosts.lite.cells import answer as _answer  # noqa: E402


def _optional(function, *names):
    """Mark arguments as optional: xlwings' decorator knows none before a repeating one."""
    for name in names:
        getattr(function, "__xlfunc__", {{"argmap": {{name: {{}}}}}})["argmap"][name]["optional"] = None
'''


def main_file(language: Language, namespace: str = "") -> str:
    """The whole file: help in `language`; with a `namespace` the formulas are =KPI.WINRATE(...)."""
    opening = say("main.opening", language, version=version("b2b-sales-kpis"), requirements="\n".join(REQUIREMENTS))
    functions = "".join(_marked(function, language, namespace) for function in FUNCTIONS.values())
    return f'"""{opening}\n"""\n{_LOADING.format(files=_files())}\n{functions}'


def requirements_file() -> str:
    """The lines for requirements.txt."""
    return "".join(f"{name}\n" for name in REQUIREMENTS)


def _files() -> str:
    """A dictionary of the files as Python writes it, each text in lines of its own."""
    entries = "".join(f"    {name!r}: {_literal(text)},\n" for name, text in sources().items())
    return f"_FILES = {{\n{entries}}}"


def _literal(text: str) -> str:
    """A text as a literal that reads as the text does: raw in triple quotes where these do not occur in it."""
    for quotes in ("'''", '"""'):
        if quotes not in text and not text.endswith(quotes[0]) and not text.endswith("\\"):
            return f"r{quotes}{text}{quotes}"
    return repr(text)


def _marked(function: WorksheetFunction, language: Language, namespace: str) -> str:
    """One function with xlwings' marks; its repeating pairs are one variable argument, as xlwings knows it."""
    single = [it for it in function.arguments if it.kind != "repeating"]
    pair = function.arguments[len(single) :]
    told = {it.name: it.help.show(language) for it in single}
    if pair:
        told["criteria"] = " ".join(it.help.show(language) for it in pair)
    name = function.name.lower()
    given = [*(it.name for it in single), *(["*criteria"] if pair else [])]
    optional = [it.name for it in single if it.optional]
    # Excel hands over every argument, those left out as nothing; xlwings takes no default before a variable argument.
    taken = [f"{it}=None" if it in optional and not pair else it for it in given]
    lines = [
        "\n\n@func" + (f"(namespace={namespace!r})" if namespace else ""),
        *(f'@arg({argument!r}, "raw", doc={text!r})' for argument, text in told.items()),
        f"def {name}({', '.join(taken)}):",
        f"    {function.description.show(language)!r}",
        f"    return _answer({', '.join([repr(function.name), *given])})",
        *([f"\n\n_optional({', '.join([name, *map(repr, optional)])})"] if optional and pair else []),
    ]
    return "\n".join(lines) + "\n"
