"""`checker policy diff`: how the policies that judge here depart from the shipped library."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from checker import __version__, departure, pipeline
from checker.commands.check import jobs_of
from checker.commands.workspace import cache_directory, print_json, program, shipped_directory
from checker.departure import ABSENT
from checker.errors import UsageError
from checker.library import open_library
from checker.report.escape import prose
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


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--vendors", action="store_true", help="tell, too, which vendors the shipped library would judge otherwise"
    )
    parser.add_argument("--as-of", metavar="DATE", help="the day to judge the vendors for, YYYY-MM-DD (default: today)")
    parser.add_argument("--jobs", type=int, metavar="N", help="processes (default: one per processor)")
    parser.add_argument("--output", choices=["text", "json"], default="text", help="text (default) or json")


def run(workspace: Workspace, options: argparse.Namespace) -> int:
    """Compare, and print what differs."""
    shipped = open_library(shipped_directory() / "policies", cache=cache_directory(), opa=program("opa"))
    found = departure.compare(shipped, workspace.library)
    changed = _flips(workspace, shipped, options) if options.vendors else None
    if options.output == "json":
        print_json(_document(workspace, shipped, found, changed))
    else:
        print("\n".join(_lines(workspace, shipped, found, changed)))
    return 0


def _flips(workspace: Workspace, shipped: Library, options: argparse.Namespace) -> list[Flip]:
    """Judge all vendors by the library here, then by the shipped one."""
    paths = workspace.manifests()
    if not paths:
        raise UsageError(f"there is no manifest in {workspace.config.manifests}", "leave out --vendors")
    selection = workspace.select()
    here = workspace.setup(selection, options)
    there = replace(
        here, library=shipped, controls=_same(shipped.controls, selection.controls, workspace.library.controls)
    )
    provenance = workspace.provenance(here, selection, revision=False)
    jobs = jobs_of(options, workspace)
    before, after = (pipeline.check(setup, paths, provenance, jobs=jobs) for setup in (here, there))
    return list(flips(before, after))


def _same(shipped: Sequence[Control], taken: Sequence[Control], known: Sequence[Control]) -> tuple[Control, ...]:
    """Return the shipped controls that are selected here, or are not here at all."""
    left_out = {control.id for control in known} - {control.id for control in taken}
    return tuple(control for control in shipped if control.id not in left_out)


def _lines(workspace: Workspace, shipped: Library, found: Departure, changed: list[Flip] | None) -> Iterator[str]:
    kind = "a layer over" if workspace.base else "a library of its own beside"
    if workspace.shipped:
        yield f"the shipped library of checker {__version__} judges here, as it is"
    else:
        yield f"{_shown(workspace)} is {kind} the shipped library of checker {__version__}"
    for name, library in (("shipped", shipped), ("here", workspace.library)):
        yield f"  {name:8} policies {library.digest[:_DIGITS]}, parameters {library.parameter_digest[:_DIGITS]}"
    skipped = [f"  off {name}: {prose(reason)}" for name, reason in sorted(workspace.config.skip.items())]
    yield from _group("controls", [*map(_control_line, found.controls), *skipped])
    yield from _group("policies", [f"  {one.sign} {one.name}" for one in found.sources])
    yield from _group("parameters", [_value_line(one) for one in found.parameters])
    if not found and not skipped:
        yield "\nno difference"
    if changed is not None:
        yield from _group(
            "by the shipped library", [_flip_line(flip) for flip in changed] or ["  no vendor is judged otherwise"]
        )


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


def _document(workspace: Workspace, shipped: Library, found: Departure, changed: list[Flip] | None) -> JsonObject:
    sides = {"shipped": shipped, "here": workspace.library}
    return {
        "apiVersion": "vendorpolicy/v1",
        "kind": "Departure",
        "libraries": {
            name: {"policies": one.digest, "parameters": one.parameter_digest} for name, one in sides.items()
        },
        "controls": [_entry(one) for one in found.controls],
        "policies": [_entry(one) for one in found.sources],
        "parameters": [_entry(one) for one in found.parameters],
        "skipped": dict(workspace.config.skip),
        "vendors": None
        if changed is None
        else [
            {
                "control": one.control,
                "vendor": one.vendor,
                "here": one.before,
                "shipped": one.after,
                "blocks_here": one.blocks_before,
                "blocks_shipped": one.blocks_after,
            }
            for one in changed
        ],
    }


def _entry(one: Difference) -> JsonObject:
    sides = {"shipped": one.before, "here": one.after}
    return {"name": one.name, **{side: _plain(value) for side, value in sides.items() if value is not ABSENT}}


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value
    from checker.model import Control

    return {"title": value.title, "severity": value.severity} if isinstance(value, Control) else value
