"""Outputs: one module per format, each a pure function from a Report to text, imported when asked for."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.model import Report

__all__ = ["RENDERERS", "render"]


def render(name: str, report: Report, **options: object) -> str:
    """Render `report` in the format `name`; `options` are that format's own (only `text` has any)."""
    if name not in RENDERERS:
        raise KeyError(name)
    module = import_module(f"checker.report.{name}")
    return cast("str", module.render(report, **options))


RENDERERS: dict[str, Callable[[Report], str]] = {
    name: partial(render, name)
    for name in ("text", "json", "sarif", "junit", "markdown", "html", "github", "gitlab", "csv")
}
"""Every format with its plain renderer; the names are the choices of `--output`."""
