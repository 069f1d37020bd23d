"""A stored run judged again: from its commit, for its day, by what was asked for then."""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from checker.commands.check import judge
from checker.commands.past import bring
from checker.commands.workspace import open_workspace
from checker.errors import CheckerError
from checker.git import Repository
from checker.model import Severity
from checker.report.escape import json_document
from checker.report.json import to_dict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.commands.workspace import Workspace
    from checker.history import History, Run
    from checker.model import JsonObject

_CHANGES: Final = "+changes"
_MADE_BY: Final = {
    "tool": "the checker",
    "policies": "the policies",
    "parameters": "the parameters",
    "schemas": "the schemas",
}
_LISTS: Final = ("profile", "only", "skip")
_SEVERITIES: Final = ("severity", "fail_on")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of judging a run again: the same bytes, a fault in words, or neither when its values are erased."""

    same: bool = False
    fault: str = ""


def asked(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Return what was asked for on the command line, as far as it decides on a report, as plain JSON values."""
    severities = {name: getattr(options, name) for name in _SEVERITIES}
    return {
        "engine": options.engine,
        "baseline": workspace.baseline,
        **{name: getattr(options, name) for name in _LISTS},
        **{name: value and str(value) for name, value in severities.items()},
    }


def replay(history: History, run: Run, root: Path) -> Outcome:
    """Judge a stored run again, in the repository around `root`."""
    wanted, stored = history.asked(run), history.report(run)
    if not wanted or any(one.get("erased") for one in stored["vendors"]):
        return Outcome()
    if not run.revision or run.revision.endswith(_CHANGES):
        why = "with changes that are in no commit" if run.revision else "outside git"
        return Outcome(fault=f"cannot be judged again: it was judged {why}")
    with tempfile.TemporaryDirectory(prefix="checker-replay-") as scratch:
        try:
            made = _judged(Path(scratch), root, run, wanted)
        except CheckerError as error:
            return Outcome(fault=f"cannot be judged again: {error.message}")
    if json_document(made) == json_document(stored):
        return Outcome(same=True)
    return Outcome(fault=f"does not come out again: {', '.join(_differing(made, stored))}")


def _judged(place: Path, root: Path, run: Run, wanted: JsonObject) -> JsonObject:
    repository = Repository(root)
    bring(repository, repository.commit(run.revision), place, wanted["baseline"])
    severities = {name: wanted[name] and Severity(wanted[name]) for name in _SEVERITIES}
    options = argparse.Namespace(**{**wanted, **severities, "paths": [], "baseline": None})
    options.as_of, options.jobs, options.opa_url, options.allow_empty = run.as_of, None, None, True
    workspace = replace(open_workspace(options, place), baseline=wanted["baseline"])
    result = judge(workspace, options, revision=False)
    return to_dict(replace(result, provenance=replace(result.provenance, revision=run.revision)))


def _differing(made: JsonObject, stored: JsonObject) -> Iterator[str]:
    """Name what is not the same: by what was judged, or else which vendors fare otherwise."""
    causes = [
        f"{name} now {made['provenance'][key][:24]}, then {stored['provenance'][key][:24]}"
        for key, name in _MADE_BY.items()
        if made["provenance"][key] != stored["provenance"][key]
    ]
    if causes:
        yield from causes
        return
    was = {one["path"]: one for one in stored["vendors"]}
    now = {one["path"]: one for one in made["vendors"]}
    others = [path for path in sorted(was.keys() | now.keys()) if was.get(path) != now.get(path)]
    yield from others or ["what is said beside the vendors"]
