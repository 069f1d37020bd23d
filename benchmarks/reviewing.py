"""Measures `checker review` on a large repository, against `checker check` and conftest on the files that change.

A branch changes a few manifests, another one a tenth of all, and a third one a parameter that concerns every vendor.
`conftest test` judges the same few manifests as rendered JSON, and has neither their state before nor git to look at.
docs/performance.md shows the figures.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from measuring import Case, best, measure, rounds, tell
from repository import AS_OF, HERE, checker, commit, edit, few, git, make

_ALONE = ("--skip", "FV-02")
"""Without the control that looks at every vendor, so that the files which change are all that is judged."""


def main() -> int:
    """Generate, change, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manifests", type=int, default=10_000, metavar="N", help="how many (default 10000)")
    parser.add_argument("--repeats", type=int, default=3, metavar="N", help="rounds, of which the best counts")
    options = parser.parse_args()
    if not shutil.which("conftest"):
        print("`conftest` is not on PATH; `make tools` builds it", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="checker-bench-") as name:
        work = Path(name)
        changing = _prepare(work, options.manifests)
        taken = rounds(_cases(work, changing), options.repeats) | rounds(_once(work), 1)
    tell("")
    least = {name: best(usages) for name, usages in taken.items()}
    print(f"{len(changing)} of {options.manifests:,} manifests changed, best of {options.repeats}\n")
    print(f"{'':<44}{'seconds':>9}{'CPU s':>9}{'peak MB':>9}")
    for name, usage in least.items():
        print(f"{name:<44}{usage.seconds:9.2f}{usage.cpu:9.2f}{usage.peak / 1e6:9.0f}")
    print()
    for name, other in (("review", "check"), ("review, all controls", "check, all controls"), ("conftest", "review")):
        one, two = least[name], least[other]
        print(f"ratio of {name} to {other}: {one.seconds / two.seconds:.1f} in seconds, {one.cpu / two.cpu:.1f} in CPU")
    return 0


def _prepare(work: Path, count: int) -> list[str]:
    """Make the repository with its branches, and what conftest reads; return the few files that change."""
    repository, paths = make(work, count)
    changing = few(paths)
    for branch, changed in (("tenth", paths[::10]), ("few", changing)):
        git(repository, "checkout", "--quiet", "-B", branch, "main")
        edit(repository, changed)
    git(repository, "checkout", "--quiet", "-B", "rules", "main")
    rules = repository / "policies/params/crypto/data.yaml"
    rules.parent.mkdir(parents=True)
    known = (HERE.parent / "policies/params/crypto/data.yaml").read_text(encoding="utf-8")
    rules.write_text(known.replace('allowed: ["1.2", "1.3"]', 'allowed: ["1.3"]'), encoding="utf-8")
    commit(repository)
    git(repository, "checkout", "--quiet", "few")
    _render(work, repository, changing)
    return changing


def _render(work: Path, repository: Path, paths: list[str]) -> None:
    """Write the inputs of conftest for some manifests, from a repository that holds no others."""
    part = work / "part"
    for path in ("checker.toml", *paths):
        (part / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(repository / path, part / path)
    for path in paths:
        vendor = Path(path).stem
        shutil.copytree(repository / "vendor_manifests/evidence" / vendor, part / "vendor_manifests/evidence" / vendor)
    measure(
        Case((sys.executable, str(HERE / "judging.py"), "render", str(work), "--as-of", AS_OF), part, work / "r.out")
    )


def _cases(work: Path, paths: list[str]) -> dict[str, Case]:
    check, review = ("check", *paths), ("review", "--base", "main", "--head", "few")
    conftest = "conftest test --policy policies --data policies --data context.json --output json input"
    repository = work / "repository"
    return {
        "check": _checker(work, *check, *_ALONE),
        "review": _checker(work, *review, *_ALONE),
        "conftest": Case(tuple(conftest.split()), work, work / "conftest.out", accepted=(0, 1)),
        "check, all controls": _checker(work, *check),
        "review, all controls": _checker(work, *review),
        "git diff": Case(("git", "diff", "--name-only", "main", "few"), repository, work / "diff.out"),
    }


def _once(work: Path) -> dict[str, Case]:
    review = ("review", "--base", "main", "--head", "tenth", *_ALONE)
    impact = ("impact", "--base", "main", "--head", "rules", *_ALONE)
    return {
        "review of a tenth, once": _checker(work, *review),
        "impact of a parameter on all, once": _checker(work, *impact),
    }


def _checker(work: Path, *arguments: str) -> Case:
    return checker(work, *arguments, "--output", "json")


if __name__ == "__main__":
    sys.exit(main())
