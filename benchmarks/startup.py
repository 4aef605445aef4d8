"""`python -m benchmarks.startup [--quick]`: how long help takes, beside Python itself and beside typer.

CPU seconds, user's and system's, of whole processes that take turns; the least of each counts, since other work on the
machine only ever adds. Two readings of "within 3 x of bare Python and typer" are told: beside `import typer` alone, and
beside a typer program of one command that draws its own help. The first is the stricter; above 3 the exit code is 1.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

LIMIT = 3.0
PAGES = ("--help", "--version", "fill --help")
BARE, TYPER, SMALL = "python -c pass", "python -c 'import typer'", "a typer program's --help"
_SMALL = """
import sys, typer
app = typer.Typer()
@app.command()
def main(name: str = "x") -> None: ...
sys.argv = ["x", "--help"]
app()
"""


def commands() -> dict[str, list[str]]:
    """What is timed, by the name that the table shows."""
    kpi = str(Path(sys.executable).parent / "kpi")
    peers = {BARE: "pass", TYPER: "import typer", SMALL: _SMALL}
    timed = {name: [sys.executable, "-c", script] for name, script in peers.items()}
    return timed | {f"kpi {page}": [kpi, *page.split()] for page in PAGES}


def least(rounds: int) -> dict[str, float]:
    """The least CPU seconds of each, over so many rounds in turns; one more warms the disk."""
    taken: dict[str, list[float]] = {name: [] for name in commands()}
    for number in range(rounds + 1):
        for name, command in commands().items():
            before = _spent()
            subprocess.run(command, capture_output=True, check=True, env={**os.environ, "KPI_LANGUAGE": "en"})
            if number:
                taken[name].append(_spent() - before)
    return {name: min(times) for name, times in taken.items()}


def _spent() -> float:
    """The CPU seconds of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    """Print the table; 1 where help takes too long."""
    quick = "--quick" in sys.argv
    found = least(1 if quick else 25)
    print(f"| command | CPU ms | x {TYPER} | x {SMALL} | x {BARE} |\n|---|---|---|---|---|")
    for name, seconds in found.items():
        times = " | ".join(f"{seconds / found[peer]:.2f}" for peer in (TYPER, SMALL, BARE))
        print(f"| {name} | {seconds * 1000:.0f} | {times} |")
    return int(not quick and max(found[f"kpi {page}"] for page in PAGES) > LIMIT * found[TYPER])


if __name__ == "__main__":
    sys.exit(main())
