"""The waivers at hand: which vendor has which, read from their files."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

from checker import documents, sources, waivers
from checker.judge import Judge, home_of, is_fatal, problem_finding, stem_of
from checker.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from checker.judge import Setup
    from checker.model import Assessment, Finding
    from checker.waivers import Rules, Waiver


class Register:
    """The waivers named by `paths`, and those beside the manifests among them; all relative to the set-up's root.

    `by_vendor` maps directory of the manifest and vendor to the waivers; `problems` tells what is wrong with files.
    """

    def __init__(self, setup: Setup, paths: Sequence[str]) -> None:
        self.problems: list[Finding] = []
        self.by_vendor: dict[tuple[str, str], tuple[Waiver, ...]] = {}
        self._named = {path for path in paths if is_waiver(path)}
        everything = sorted(self._named | set(_beside(setup.root, paths)))
        if everything:
            self._judge = Judge(setup)
            for path in everything:
                self._add(setup, path)

    @property
    def rules(self) -> Rules:
        """What the waivers are held against; there are rules only when there is a waiver."""
        return self._judge.waiver_rules

    def orphans(self, assessments: Sequence[Assessment]) -> Iterator[Finding]:
        """Yield what to say of waivers whose vendor is not among the judged."""
        judged = {home_of(one.path, one.vendor) for one in assessments if self.by_vendor}
        vendors = {one.vendor for one in assessments}
        for key, group in self.by_vendor.items():
            for waiver in group:
                if key not in judged and waiver.document.path in self._named:
                    yield self.rules.orphan(waiver, vendors)

    def _add(self, setup: Setup, path: str) -> None:
        problems: tuple[Problem, ...]
        content = sources.read(setup.root, path, setup.limits.max_bytes)
        if isinstance(content, Problem):
            problems = (content,)
        else:
            loaded = documents.load(path, content, setup.limits)
            problems = loaded.problems
            if loaded.document:
                problems += self._judge.schemas.check(loaded.document, "Waiver")
            if loaded.document and not is_fatal(problems):
                waiver = waivers.read(loaded.document)
                key = home_of(posixpath.dirname(posixpath.dirname(path)), waiver.vendor)
                self.by_vendor[key] = (*self.by_vendor.get(key, ()), waiver)
        vendor = posixpath.basename(posixpath.dirname(path))
        self.problems.extend(problem_finding(path, vendor, problem) for problem in problems)


def _beside(root: Path, paths: Sequence[str]) -> Iterator[str]:
    """Yield the waiver files of the vendors whose manifests are named."""
    for path in paths:
        folder = posixpath.join(posixpath.dirname(path), "waivers", stem_of(path))
        if not is_waiver(path) and os.path.isdir(os.path.join(root, folder)):  # noqa: PTH112, PTH118 - see stem_of
            yield from sources.find(root, [folder])


def is_waiver(path: str) -> bool:
    """Tell whether a file is a waiver by its place."""
    return "waivers" in path.split("/")[:-1]
