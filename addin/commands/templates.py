"""`kpi templates`: the shipped templates, a sentence each."""

from __future__ import annotations

from addin.commands.parameters import LanguageOption, SettingsFile


def templates(language: LanguageOption = None, settings_file: SettingsFile = None) -> None:
    """List them."""
    from rich.table import Table

    from addin.commands.asked import configured
    from addin.commands.terminal import screen
    from addin.wording import say
    from workbook_templates.shipped import shipped

    spoken = configured(settings_file, language=language).settings.language
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    for name, template in shipped().items():
        table.add_row(name, template.sentence.show(spoken))
    console = screen()
    console.print(table)
    console.print(say("templates.next", spoken))
