"""`kpi addin install` and `uninstall`: the add-in into Excel's start folder on Windows, and out of it."""

from __future__ import annotations

from addin.commands.parameters import LanguageOption, SettingsFile


def install(language: LanguageOption = None, settings_file: SettingsFile = None) -> None:
    """Put the add-in in place, pointing to this Python."""
    from addin.commands.asked import configured
    from addin.hosts.classic.install import install as placed
    from addin.hosts.classic.wording import say

    spoken = configured(settings_file, language=language).settings.language
    print(say("install.placed", spoken, file=placed(spoken), separator="; " if spoken == "fi" else ", "))


def uninstall(language: LanguageOption = None, settings_file: SettingsFile = None) -> None:
    """Take the add-in away; nothing else of the installation is touched."""
    from addin.commands.asked import configured
    from addin.hosts.classic.install import uninstall as removed
    from addin.hosts.classic.places import FILE, start_folder
    from addin.hosts.classic.wording import say

    spoken = configured(settings_file, language=language).settings.language
    key = "install.removed" if removed(spoken) else "install.none"
    print(say(key, spoken, file=start_folder() / FILE))
