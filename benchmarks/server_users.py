"""`python -m benchmarks.server_users [--quick]`: fifty users of `kpi serve` at once, alone and beside attackers.

Each user calls WINRATE over 4, 40 and 400 cells in turn, checks the answer and calls again at once, which no person
does: the times are those of a service that is never idle. Users, attackers and service share the machine. Exit code 1
where an answer was wrong or missing.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from tests.hosts.server.attackers import AT_ONCE
from tests.hosts.server.serving import Service, service
from tests.hosts.server.users import Usage, use

QUICK = "--quick"


def main() -> int:
    """Print the table."""
    users, alone, beside = (5, 0.5, 0.5) if QUICK in sys.argv else (50, 60.0, 20.0)
    kinds = list(AT_ONCE)[-1:] if QUICK in sys.argv else list(AT_ONCE)
    failed = 0
    with tempfile.TemporaryDirectory() as folder, service(Path(folder), "--noncommercial") as running:
        print("| beside | users | seconds | calls | errors | p50 ms | p99 ms | slowest ms | p99 / alone | they got |")
        print("|---|---|---|---|---|---|---|---|---|---|")
        found = use(running.address, users, alone)
        calm = found.share(0.99)
        failed += line("nobody", users, alone, found, calm, "–")
        for kind in kinds:
            found, got = attacked(running, kind, users, beside)
            failed += line(f"{AT_ONCE[kind]:,} x {kind}", users, beside, found, calm, got)
        status = Path(f"/proc/{running.process.pid}/status")
        if status.exists():
            peak = next(it for it in status.read_text().splitlines() if it.startswith("VmHWM")).split()[1]
            print(f"\nThe service's memory at its highest: {int(peak) / 1024:,.0f} MB.")
        if said := running.log.read_text(encoding="utf-8"):
            print(f"\nIts log: {said}")
    return int(failed > 0)


def line(beside: str, users: int, seconds: float, found: Usage, calm: float, got: str) -> int:
    """Print a line; the number of errors."""
    low, high, most = found.share(0.5), found.share(0.99), max(found.times)
    counts = f"{users} | {seconds:g} | {len(found.times):,} | {len(found.errors)}"
    print(f"| {beside} | {counts} | {low:.0f} | {high:.0f} | {most:.0f} | {high / calm:.1f} | {got} |", flush=True)
    return len(found.errors)


def attacked(running: Service, kind: str, users: int, seconds: float) -> tuple[Usage, str]:
    """What users meet with while others attack, and what those get."""
    port = str(urlsplit(running.address).port)
    command = [sys.executable, "-m", "tests.hosts.server.attackers", kind, port, str(seconds + 2)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as attackers:
        time.sleep(1.5)
        found = use(running.address, users, seconds)
        said, _ = attackers.communicate(timeout=seconds + 60)
    return found, ", ".join(f"{number:,} x {status}" for status, number in json.loads(said).items())


if __name__ == "__main__":
    sys.exit(main())
