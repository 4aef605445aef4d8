"""A terminal that keeps a figure on one line: rich breaks lines at no-break spaces too (Textualize/rich #4196)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

_KEPT = "\N{NO-BREAK SPACE}"
_MARK = "\ufffe"  # no character, one cell wide, and taken out of what exports hold
_JOINED = re.compile(rf"\S+(?:{_KEPT}+\S+)+")


class UnbrokenConsole(Console):
    """Prints as rich does, but what no-break spaces join goes to the next line as one word, where it fits on one."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments of anything; where it is a text, its no-break spaces are letters while lines are broken."""
        if isinstance(renderable, str):
            renderable = self.render_str(renderable)
        if not isinstance(renderable, Text) or _KEPT not in renderable.plain:
            yield from super().render(renderable, options)
            return
        width = (options or self.options).max_width
        marked = renderable.copy()
        marked.plain = _JOINED.sub(lambda found: _marked(found[0], width), marked.plain)
        for segment in super().render(marked, options):
            yield segment._replace(text=segment.text.replace(_MARK, _KEPT))


def _marked(word: str, width: int) -> str:
    return word.replace(_KEPT, _MARK) if cell_len(word) <= width else word
