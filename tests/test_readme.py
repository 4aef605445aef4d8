"""The README's words are true: its commands exist and its Python example runs as printed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("readme")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_every_kpi_command_runs_as_printed(folder: Path) -> None:
    commands = [
        line.split("#")[0].split() for block in blocks("") for line in block.splitlines() if line.startswith("kpi")
    ]
    assert len(commands) == 6
    for command in commands:
        done = subprocess.run([sys.executable, "-m", "addin", *command[1:]], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, (command, done.stderr)
    assert len(list((folder / "reports").glob("*.xlsx"))) == 4  # the team's, and one for each of three clients


def test_the_python_example_runs_after_the_sample(folder: Path) -> None:
    (example,) = blocks("python")
    subprocess.run([sys.executable, "-m", "addin", "sample", "exports", "--force"], cwd=folder, check=True)
    done = subprocess.run([sys.executable, "-c", example], cwd=folder, capture_output=True, text=True, check=True)
    assert re.match(r"0\.\d+ \(0\.\d+, 0\.\d+\) grey None", done.stdout)


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_every_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).is_file()
