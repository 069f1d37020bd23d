"""What every page has around it, and how values become HTML."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from checker.report import templating
from checker.report.escape import plain, prose, prose_lines
from checker.report.site.states import LOOKS, State
from checker.report.summary import plural

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment
    from markupsafe import Markup

    from checker.model import JsonObject, Location
    from checker.report.site.material import Material, Sources

TEMPLATES: Final = templating.TEMPLATES / "site"
_HERE: Final = {
    "vendor.html.j2": "vendors",
    "control.html.j2": "controls",
    "framework.html.j2": "frameworks",
}
"""The entry of the navigation that a page belongs to, where it is not its own."""
_LONGEST: Final = 2_400
"""Characters of one text; the longest of a manifest has 2,000."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A control of the run."""

    id: str
    title: str
    severity: str
    family: str


@dataclass(frozen=True, slots=True)
class Family:
    """The controls of one family, in order."""

    id: str
    title: str
    controls: tuple[str, ...]


@dataclass(frozen=True)
class Shell:
    """What all pages know of the run; small, as each process that makes pages is given it."""

    provenance: Mapping[str, str]
    run: int
    controls: Mapping[str, Listed]
    families: tuple[Family, ...]
    days: Mapping[int, str]
    """By number of a stored run its day."""
    until: str
    """The last day of the forecast; empty without one."""
    threshold: str
    sources: Sources
    notes: tuple[str, ...]

    def page(self, template: str, depth: int = 0, **values: object) -> str:
        """Return a page that lies in as many folders below the front page as `depth` says."""
        values |= {"shell": self, "root": "../" * depth, "here": _HERE.get(template, template.partition(".")[0])}
        shown: str = environment().get_template(template).render(values)
        return shown

    @property
    def as_of(self) -> str:
        """The day that was judged."""
        return self.provenance["as_of"]


def open_shell(material: Material) -> Shell:
    """Return what the pages have in common."""
    controls = {one["id"]: Listed(one["id"], one["title"], one["severity"], _family(one)) for one in _ordered(material)}
    families: dict[str, list[str]] = {}
    for one in controls.values():
        families.setdefault(one.family, []).append(one.id)
    return Shell(
        provenance=material.report["provenance"],
        run=material.run,
        controls=controls,
        families=tuple(Family(name, material.families.get(name, name), tuple(ids)) for name, ids in families.items()),
        days={one.number: one.as_of for one in material.past},
        until=material.forecast.until if material.forecast else "",
        threshold=material.report.get("threshold") or "",
        sources=material.sources,
        notes=(*material.notes, *material.report.get("notes", ())),
    )


def _ordered(material: Material) -> list[JsonObject]:
    return sorted(material.report["controls"], key=lambda one: (_family(one), one["id"]))


def _family(control: JsonObject) -> str:
    return str(control["id"]).partition("-")[0]


@cache
def environment() -> Environment:
    """Return the one environment of the templates."""
    made = templating.environment(_shown, html=True, folder="site")
    made.filters.update(
        plural=plural, lines=prose_lines, place=_place, line=_line, link=_link, words=_words, source=_source
    )
    made.globals.update(STATES=tuple(State), LOOKS=LOOKS)
    return made


def _shown(value: Any) -> Any:  # noqa: ANN401 - whatever a template puts out
    """Make hidden characters visible and cut what is too long; that no mark-up survives is up to autoescape."""
    return prose(value, _LONGEST) if type(value) is str else value


def _words(text: str) -> str:
    return text.replace("_", " ")


def _link(address: str) -> Markup:
    """Put out an address of our own making whole, however long it is."""
    from markupsafe import escape

    return escape(address)


def _source(text: str) -> Markup:
    """Put out lines as they are, so that they can be copied; only what is hidden is changed."""
    from markupsafe import escape

    return escape("\n".join(map(plain, text.rstrip("\n").split("\n"))))


def _place(location: Location | JsonObject, sources: Sources) -> Markup:
    """Return path and line of a place, linked where something shows it."""
    path, line = _parts(location)
    return _linked(sources.address(path, line), f"{path}:{line}")


def _line(location: Location, sources: Sources) -> Markup:
    """Return the line of a place, linked where something shows it."""
    from markupsafe import Markup, escape

    address = sources.address(location.path, location.line)
    return Markup(f'<a href="{escape(address)}">{location.line}</a>' if address else location.line)  # noqa: S704 - escaped


def _parts(location: Location | JsonObject) -> tuple[str, int]:
    if isinstance(location, dict):
        return location["path"], location["line"]
    return location.path, location.line


def _linked(address: str, text: str) -> Markup:
    from markupsafe import Markup, escape

    shown = escape(prose(text))
    if not address:
        return Markup(f'<span class="place">{shown}</span>')  # noqa: S704 - escaped
    return Markup(f'<a class="place" href="{escape(address)}">{shown}</a>')  # noqa: S704 - escaped
