"""locks/ holds every package of an installation with its hashes, all that pyproject.toml asks for, not where from."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tasks import EVERYTHING, LOCKS

ROOT = Path(__file__).parents[1]
RENEW = "run: python3 tasks.py lock"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def locked(file: str) -> dict[str, list[tuple[Requirement, int]]]:
    """The lock's pins by name, with the number of hashes; more than one where platforms differ."""
    found: dict[str, list[tuple[Requirement, int]]] = {}
    text = (ROOT / file).read_text(encoding="utf-8").replace("\\\n", "")
    for line in text.splitlines():
        if line and not line.lstrip().startswith("#"):
            pin = Requirement(line.partition(" --hash")[0])
            hashes = re.findall(r"--hash=sha256:[0-9a-f]{64}\b", line)
            found.setdefault(canonicalize_name(pin.name), []).append((pin, len(hashes)))
    return found


def wanted(extras: tuple[str, ...]) -> list[Requirement]:
    """What pyproject.toml asks for with these extras, references to the project's own extras followed."""
    words = [*PROJECT["dependencies"], *(it for extra in extras for it in PROJECT["optional-dependencies"][extra])]
    return [it for it in map(Requirement, words) if it.name != PROJECT["name"]]


@pytest.mark.parametrize("file", LOCKS)
def test_every_pin_is_one_version_with_hashes(file: str) -> None:
    for name, pins in locked(file).items():
        for pin, hashes in pins:
            assert re.fullmatch(r"==[^*,]+", str(pin.specifier)), name
            assert hashes >= 1, name


@pytest.mark.parametrize("file", LOCKS)
def test_it_says_nothing_of_where_packages_come_from(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert not re.search(r"://|\bindex\b|find-links|trusted-host|^\s*-[a-z]| @ |\.(whl|tar\.gz)\b", text, re.MULTILINE)


@pytest.mark.parametrize("file", LOCKS)
def test_it_satisfies_what_the_project_asks_for(file: str) -> None:
    pins = locked(file)
    for asked in wanted(LOCKS[file]):
        held = pins.get(canonicalize_name(asked.name))
        assert held, f"{asked} is not in {file}; {RENEW}"
        for pin, _ in held:
            (pinned,) = pin.specifier
            assert asked.specifier.contains(pinned.version, prereleases=True), f"{asked}, but {pin} in {file}; {RENEW}"


@pytest.mark.parametrize("file", LOCKS)
def test_it_is_whole(file: str) -> None:
    """What a package of it needs on this machine is in it too; looked up where the locked version is installed here."""
    pins = locked(file)
    for name, held in pins.items():
        try:
            here = version(name)
        except PackageNotFoundError:  # for another platform
            continue
        if not any(pin.specifier.contains(here, prereleases=True) for pin, _ in held):
            continue  # the gate takes the newest of everything, which in time is no longer what is locked
        for line in requires(name) or ():
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                assert canonicalize_name(needed.name) in pins, f"{name} needs {needed}, not in {file}; {RENEW}"


@pytest.mark.skipif(not os.environ.get("KPI_FULL"), reason="fetches every package; KPI_FULL=1")
def test_pip_would_install_from_it_and_finds_nothing_unlocked(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--require-hashes"]
    subprocess.run([*command, "--requirement", ROOT / "locks/kpi.txt"], cwd=tmp_path, check=True)


def test_no_extra_is_forgotten() -> None:
    assert set(LOCKS[EVERYTHING]) == set(PROJECT["optional-dependencies"])


def test_who_develops_has_what_users_have() -> None:
    everything = locked(EVERYTHING)
    for name, pins in locked("locks/kpi.txt").items():
        assert [pin.specifier for pin, _ in everything[name]] == [pin.specifier for pin, _ in pins], name
