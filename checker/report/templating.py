"""The templates of the outputs that have some, all filled by the same rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"


def environment(shown: Callable[[Any], Any], *, html: bool, folder: str = "") -> Environment:
    """Return an environment in which `shown` makes of every value what is put out; a name that is unknown is an error.

    With `html`, what it returns is escaped as well, unless it is marked as safe; without, it has to escape itself.
    """
    # Slow to import, and only pages for people need it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES / folder),
        autoescape=html,  # noqa: S701 - off for Markdown alone, where `shown` escapes instead
        finalize=shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
