"""`kpi addin doctor`: what keeps Excel on Windows from reaching Python, and what to do about it."""

from __future__ import annotations

import typer

from addin.commands.parameters import LanguageOption, SettingsFile


def doctor(language: LanguageOption = None, settings_file: SettingsFile = None) -> None:
    """Examine; exit 1 where something must be put right."""
    from addin.commands.asked import configured
    from addin.hosts.classic.doctor import findings
    from addin.hosts.classic.machine import Machine
    from addin.hosts.classic.places import WINDOWS, instead, system_name
    from addin.hosts.classic.wording import say

    spoken = configured(settings_file, language=language).settings.language
    machine = Machine()
    faults = 0
    for it in findings(machine):
        verdict = say(f"doctor.{it.verdict}", spoken)
        told = "" if it.verdict == "not_here" else say(f"doctor.{it.check}.{it.verdict}", spoken, **it.found)
        print(f"{say(f'doctor.check.{it.check}', spoken):<18}  {verdict:<15} {told}".rstrip())
        faults += it.verdict == "fault"
    if faults:
        print(say("doctor.faults", spoken, count=faults))
        raise typer.Exit(1)
    if machine.platform == WINDOWS:
        print(say("doctor.all_fine", spoken))
    else:
        print(say("doctor.elsewhere", spoken, system=system_name(), instead=instead(spoken)))
