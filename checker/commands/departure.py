"""`checker policy diff`: how the policies that judge here depart from the shipped library, or from another version."""

from __future__ import annotations

import json
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from checker import __version__, departure, pipeline
from checker.commands.check import jobs_of
from checker.commands.workspace import cache_directory, print_json, program, shipped_directory
from checker.departure import ABSENT
from checker.errors import PolicyError, UsageError
from checker.library import open_library, shipped_sources
from checker.report.escape import plain, prose
from checker.review.impact import flips

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from checker.commands.workspace import Workspace
    from checker.departure import Departure, Difference
    from checker.library import Library
    from checker.model import Control, Flip, JsonObject

_LONGEST = 60
_DIGITS = 12
_UNPACKED = ("checker/_shipped/policies/", "checker/_shipped/schemas/", "checker/library_data/")
_LARGEST_WHEEL = 64 << 20
_NAME_ONE = "name a wheel of the checker, or a checkout of it"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--vendors", action="store_true", help="tell, too, which vendors the shipped library would judge otherwise"
    )
    parser.add_argument(
        "--upgrade",
        metavar="WHEEL|DIR",
        help="tell what another version would change here: a wheel of the checker, or a checkout of it",
    )
    parser.add_argument("--as-of", metavar="DATE", help="the day to judge the vendors for, YYYY-MM-DD (default: today)")
    parser.add_argument("--jobs", type=int, metavar="N", help="processes (default: one per processor)")
    parser.add_argument("--output", choices=["text", "json"], default="text", help="text (default) or json")


@dataclass(frozen=True)
class _Sides:
    """What is compared: the policies here with the shipped ones, or with what they would be after an upgrade."""

    here: Library
    other: Library
    schemas: Path
    """Those by which the other side judges vendors."""
    upgrade: str = ""
    """The version to upgrade to, as the user names it; empty when the shipped library is the other side."""

    @property
    def departure(self) -> Departure:
        """How one side differs from the other: here from the shipped library, the upgrade from what is here."""
        return departure.compare(self.here, self.other) if self.upgrade else departure.compare(self.other, self.here)


def run(workspace: Workspace, options: argparse.Namespace) -> int:
    """Compare, and print what differs."""
    with ExitStack() as stack:
        sides = _upgraded(workspace, options.upgrade, stack) if options.upgrade else _shipped(workspace)
        changed = _flips(workspace, sides, options) if options.vendors else None
    if options.output == "json":
        print_json(_document(workspace, sides, changed))
    else:
        print("\n".join(_lines(workspace, sides, changed)))
    return 0


def _shipped(workspace: Workspace) -> _Sides:
    library = open_library(shipped_directory() / "policies", cache=cache_directory(), opa=program("opa"))
    return _Sides(workspace.library, library, workspace.schema_directory)


def _upgraded(workspace: Workspace, given: str, stack: ExitStack) -> _Sides:
    """Put what is here over another version of the library: a layer over it, a copy beside it."""
    place = Path(given)
    if place.is_file():
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="checker-upgrade-")))
        _unpack(Path(given), place)
    homes = (place / "checker" / "_shipped", place)
    shipped = next((home for home in homes if (home / "policies" / "main").is_dir()), None)
    if shipped is None:
        raise UsageError(f"there is no policy library in `{given}`", _NAME_ONE)
    policies = shipped / "policies"
    library = open_library(
        workspace.policies if workspace.base else policies,
        base=policies if workspace.base else None,
        cache=cache_directory(),
        opa=program("opa"),
        committed=_usable(place / "checker" / "library_data"),
    )
    own_schemas = workspace.schema_directory.is_relative_to(workspace.root) and not workspace.shipped
    return _Sides(workspace.library, library, workspace.schema_directory if own_schemas else shipped / "schemas", given)


def _usable(committed: Path) -> Path | None:
    """Return where the compiled library of another version is; None when it is of a form that only that one reads."""
    try:
        return committed if shipped_sources(committed) else None
    except PolicyError:
        return None


def _unpack(wheel: Path, place: Path) -> None:
    """Write the policies, schemas and the compiled library of a wheel, and nothing else of it."""
    try:
        with ZipFile(wheel) as archive:
            wanted = [one for one in archive.infolist() if one.filename.startswith(_UNPACKED) and not one.is_dir()]
            if sum(one.file_size for one in wanted) > _LARGEST_WHEEL:
                raise UsageError(f"the policies in {wheel} have more than {_LARGEST_WHEEL >> 20} MB", _NAME_ONE)
            archive.extractall(place, wanted)
    except (BadZipFile, OSError) as error:
        raise UsageError(f"{wheel} cannot be read as a wheel: {error}", _NAME_ONE) from error


def _flips(workspace: Workspace, sides: _Sides, options: argparse.Namespace) -> list[Flip]:
    """Judge all vendors by the library here, then by the other."""
    paths = workspace.manifests()
    if not paths:
        raise UsageError(f"there is no manifest in {workspace.config.manifests}", "leave out --vendors")
    selection = workspace.select()
    here = workspace.setup(selection, options)
    there = replace(
        here,
        library=sides.other,
        schemas=sides.schemas,
        controls=_same(sides.other.controls, selection.controls, workspace.library.controls),
    )
    provenance = workspace.provenance(here, selection, revision=False)
    jobs = jobs_of(options, workspace)
    before, after = (pipeline.check(setup, paths, provenance, jobs=jobs) for setup in (here, there))
    return list(flips(before, after))


def _same(shipped: Sequence[Control], taken: Sequence[Control], known: Sequence[Control]) -> tuple[Control, ...]:
    """Return the shipped controls that are selected here, or are not here at all."""
    left_out = {control.id for control in known} - {control.id for control in taken}
    return tuple(control for control in shipped if control.id not in left_out)


def _lines(workspace: Workspace, sides: _Sides, changed: list[Flip] | None) -> Iterator[str]:
    yield _headline(workspace, sides.upgrade)
    for name, library in _named(sides).items():
        yield f"  {name:8} policies {library.digest[:_DIGITS]}, parameters {library.parameter_digest[:_DIGITS]}"
    found = sides.departure
    off = {} if sides.upgrade else workspace.config.skip
    skipped = [f"  off {name}: {prose(reason)}" for name, reason in sorted(off.items())]
    yield from _group("controls", [*map(_control_line, found.controls), *skipped])
    yield from _group("policies", [f"  {one.sign} {one.name}" for one in found.sources])
    yield from _group("parameters", [_value_line(one) for one in found.parameters])
    if not found and not skipped:
        yield "\nno difference"
    if changed is not None:
        yield from _group(
            "by the library of the upgrade" if sides.upgrade else "by the shipped library",
            [_flip_line(flip) for flip in changed] or ["  no vendor is judged otherwise"],
        )


def _headline(workspace: Workspace, upgrade: str) -> str:
    if upgrade and workspace.base:
        return f"what changes when {_shown(workspace)} is a layer over the library of {plain(upgrade)}"
    if upgrade:
        here = "the shipped library" if workspace.shipped else _shown(workspace)
        return f"what changes when the library of {plain(upgrade)} takes the place of {here}"
    if workspace.shipped:
        return f"the shipped library of checker {__version__} judges here, as it is"
    kind = "a layer over" if workspace.base else "a library of its own beside"
    return f"{_shown(workspace)} is {kind} the shipped library of checker {__version__}"


def _named(sides: _Sides) -> dict[str, Library]:
    """Return both sides by name, the one that differences start from before the other."""
    if sides.upgrade:
        return {"here": sides.here, "upgrade": sides.other}
    return {"shipped": sides.other, "here": sides.here}


def _shown(workspace: Workspace) -> str:
    inside = workspace.policies.is_relative_to(workspace.root)
    return f"{workspace.policies.relative_to(workspace.root)}/" if inside else str(workspace.policies)


def _group(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"\n{title}"
        yield from lines


def _control_line(one: Difference) -> str:
    if one.sign == "~":
        return _value_line(one)
    control = one.after if one.sign == "+" else one.before
    return f"  {one.sign} {control.id} {prose(control.title)} ({control.severity})"


def _value_line(one: Difference) -> str:
    if one.sign == "~":
        if _is_plain(one.before) and _is_plain(one.after):
            added, gone = (
                [item for item in side if item not in other]
                for side, other in ((one.after, one.before), (one.before, one.after))
            )
            parts = [f"+{prose(str(item))}" for item in added] + [f"-{prose(str(item))}" for item in gone]
            return f"  ~ {prose(one.name)}: {', '.join(parts) or 'in another order'}"
        return f"  ~ {prose(one.name)}: {_short(one.before)} -> {_short(one.after)}"
    return f"  {one.sign} {prose(one.name)}: {_short(one.after if one.sign == '+' else one.before)}"


def _is_plain(value: Any) -> bool:  # noqa: ANN401 - any value
    return isinstance(value, (list, tuple)) and not any(isinstance(item, (dict, list)) for item in value)


def _short(value: Any) -> str:  # noqa: ANN401 - any value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return prose(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..")


def _flip_line(flip: Flip) -> str:
    before, after = (str(side or "not judged").replace("_", " ") for side in (flip.before, flip.after))
    told = " (blocks)" if flip.blocks_after else " (no longer blocks)" if flip.blocks_before else ""
    return f"  {flip.control} {prose(flip.vendor)}: {before} -> {after}{told}"


def _document(workspace: Workspace, sides: _Sides, changed: list[Flip] | None) -> JsonObject:
    found, named = sides.departure, _named(sides)
    before, after = named
    other = after if sides.upgrade else before
    return {
        "apiVersion": "vendorpolicy/v1",
        "kind": "Departure",
        "libraries": {
            name: {"policies": one.digest, "parameters": one.parameter_digest} for name, one in named.items()
        },
        "controls": [_entry(one, before, after) for one in found.controls],
        "policies": [_entry(one, before, after) for one in found.sources],
        "parameters": [_entry(one, before, after) for one in found.parameters],
        "skipped": dict(workspace.config.skip),
        "vendors": None
        if changed is None
        else [
            {
                "control": one.control,
                "vendor": one.vendor,
                "here": one.before,
                other: one.after,
                "blocks_here": one.blocks_before,
                f"blocks_{other}": one.blocks_after,
            }
            for one in changed
        ],
    }


def _entry(one: Difference, before: str, after: str) -> JsonObject:
    sides = {before: one.before, after: one.after}
    return {"name": one.name, **{side: _plain(value) for side, value in sides.items() if value is not ABSENT}}


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value
    from checker.model import Control

    return {"title": value.title, "severity": value.severity} if isinstance(value, Control) else value
