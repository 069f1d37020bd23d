"""How the policies that judge depart from the shipped library: controls, sources and single parameters."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from checker.compiler import sha256

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checker.library import Library
    from checker.model import Control, Json

ABSENT: Final = object()
"""Stands for a value that one side does not have."""
# What a reader looks up in the sources: told as a changed file, not word by word.
_TEXTS: Final = frozenset({"id", "package", "description", "remediation", "examples", "findings", "resources"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as in the shipped library; `before` is shipped, and ABSENT when it is only here."""

    name: str
    before: Any
    after: Any

    @property
    def sign(self) -> str:
        """`+` for what is only here, `-` for what is gone, `~` for what is another one."""
        return "+" if self.before is ABSENT else "-" if self.after is ABSENT else "~"


@dataclass(frozen=True, slots=True)
class Departure:
    """All differences, each group in order of its names.

    `controls` holds controls by id, and single fields of METADATA as `EN-01.severity`; `sources` paths with the digest
    of their content; `parameters` values by their dotted way.
    """

    controls: tuple[Difference, ...]
    sources: tuple[Difference, ...]
    parameters: tuple[Difference, ...]

    def __bool__(self) -> bool:
        return bool(self.controls or self.sources or self.parameters)


def compare(shipped: Library, own: Library) -> Departure:
    """Return how `own` departs from `shipped`."""
    hashes = ({path: sha256(content) for path, content in side.sources.items()} for side in (shipped, own))
    return Departure(
        controls=tuple(_controls(shipped, own)),
        sources=tuple(_maps(*hashes)),
        parameters=tuple(_values("", dict(shipped.parameters), dict(own.parameters))),
    )


def _controls(shipped: Library, own: Library) -> Iterator[Difference]:
    before, after = ({control.id: control for control in side.controls} for side in (shipped, own))
    for one in _maps(before, after):
        if one.sign == "~":
            yield from _metadata(one.before, one.after)
        else:
            yield one


def _metadata(before: Control, after: Control) -> Iterator[Difference]:
    for name in (field.name for field in fields(before) if field.name not in _TEXTS):
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            yield Difference(f"{before.id}.{name}", was, now)


def _maps(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name, ABSENT), after.get(name, ABSENT)
        if was != now:
            yield Difference(name, was, now)


def _values(way: str, before: Json, after: Json) -> Iterator[Difference]:
    if not isinstance(before, dict) or not isinstance(after, dict):
        if _typed(before) != _typed(after):
            yield Difference(way, before, after)
        return
    for name in sorted(before.keys() | after.keys()):
        here = f"{way}.{name}" if way else name
        yield from _values(here, before.get(name, ABSENT), after.get(name, ABSENT))  # type: ignore[arg-type]


def _typed(value: Json) -> Any:  # noqa: ANN401 - the value with its types
    """Tell 1, 1.0 and true apart, inside of lists as well, for policies may."""
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if isinstance(value, dict):
        return {key: _typed(item) for key, item in value.items()}
    return type(value), value
