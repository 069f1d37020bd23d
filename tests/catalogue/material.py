"""The catalogue of this repository, made once."""

from __future__ import annotations

import functools
import html
import re

from checker.catalogue import shelf
from checker.catalogue.reading import Reading, readings
from tests.cases import tables
from tests.real import need

CONTROLS = {control.id: control for control in tables.library().controls}
PAGES = tables.ROOT / "docs" / "controls"
LINK = "../../policies"


def words(text: str) -> str:
    """Return what a text says, without Markdown, spacing and the characters that keep mentions from working."""
    return re.sub(r"[\\\\`\u200b]", "", " ".join(html.unescape(text).split()))


@functools.cache
def fields():
    """Return the fields of a manifest."""
    return tables.judge(tables.TODAY).schemas.fields()


@functools.cache
def made() -> dict[str, str]:
    """Return every page by its name."""
    schemas = tables.judge(tables.TODAY).schemas
    return shelf.make(
        shelf.material(tables.library(), fields(), _modules(), LINK), schemas.parameters_about(), PAGES.name
    )


def reading(control: str) -> Reading:
    """Return what a control reads."""
    return _readings()[CONTROLS[control].package]


@functools.cache
def _readings() -> dict[str, Reading]:
    return readings(_modules(), fields(), tables.library().parameters)


@functools.cache
def _modules():
    return shelf.parse(tables.library(), need("opa"))
