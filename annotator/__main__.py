"""Starts the program: the command line, which opens the window where no command was given."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from annotator.store.places import Place


class _Window:
    """The window, imported only when it is wanted: commands run without Qt."""

    def show(self, study: Place | None, coder: str | None, document: str | None, told_inside: bool = False) -> int:
        from annotator.services.computer.display import need_display

        need_display()
        from annotator.qt.shell.application import show

        return show(study, coder, document, told_inside)

    def picture(self, study: Place, coder: str | None, document: str | None, to: Path, theme: str) -> None:
        from annotator.services.computer.display import need_libraries

        need_libraries(unseen=True)
        from annotator.qt.shell.application import picture

        picture(study, coder, document, to, theme)

    def pdf(self, html: str, title: str) -> bytes:
        from annotator.services.computer.display import need_libraries

        need_libraries(unseen=True)
        from annotator.qt.toolkit.printing import unseen_pdf

        return unseen_pdf(html, title)

    def png(self, svg: str) -> bytes:
        from annotator.services.computer.display import need_libraries

        need_libraries(unseen=True)
        from annotator.qt.toolkit.printing import unseen_png

        return unseen_png(svg)

    def plot_pdf(self, svg: str, title: str) -> bytes:
        from annotator.services.computer.display import need_libraries

        need_libraries(unseen=True)
        from annotator.qt.toolkit.printing import unseen_plot_pdf

        return unseen_plot_pdf(svg, title)

    def looks(self) -> dict[str, Any]:
        from annotator.services.computer.display import has_display, need_libraries

        need_libraries(unseen=not has_display())
        from annotator.qt.shell.screens_and_fonts import looks

        return looks(seen=has_display())


def main() -> None:
    """The entry point."""
    from annotator.cli.app import run
    from annotator.services.computer.log import start_log

    start_log()
    sys.exit(run(sys.argv[1:], _Window()))


if __name__ == "__main__":
    main()
