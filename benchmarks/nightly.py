"""Measures what a night costs on a large repository: the run, the forecast and the pages, against `checker check`.

The second night is the day after, when 20 manifests have been edited. docs/performance.md shows the figures.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from measuring import best, measure, rounds, tell
from repository import checker, edit, few, make

if TYPE_CHECKING:
    from measuring import Usage

_NEXT_DAY = "2026-11-23"
_CHECK = "check"


def main() -> int:
    """Generate, run two nights, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manifests", type=int, default=10_000, metavar="N", help="how many (default 10000)")
    parser.add_argument("--within", default="P90D", metavar="PERIOD", help="how far to look ahead (default P90D)")
    parser.add_argument("--repeats", type=int, default=1, metavar="N", help="rounds of what can be repeated")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="checker-bench-") as name:
        work = Path(name)
        taken = _nights(work, options)
        pages = [path for path in (work / "pages").rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in pages)
        kept = sum(path.stat().st_size for path in (work / "repository").glob(".checker/*") if path.is_file())
    tell("")
    print(f"{options.manifests:,} manifests, {options.within} ahead\n")
    print(f"{'':<44}{'seconds':>9}{'CPU s':>9}{'peak MB':>9}{'to check':>9}")
    for case, usage in taken.items():
        ratio = usage.seconds / taken[_CHECK].seconds
        print(f"{case:<44}{usage.seconds:9.1f}{usage.cpu:9.1f}{usage.peak / 1e6:9.0f}{ratio:8.1f}x")
    print(f"\n{len(pages):,} files of pages, {size / 1e6:,.0f} MB; history of two nights, {kept / 1e6:,.0f} MB")
    return 0


def _nights(work: Path, options: argparse.Namespace) -> dict[str, Usage]:
    repository, paths = make(work, options.manifests)
    ahead = ("--within", options.within)
    taken = {"reevaluate, the first night": measure(checker(work, "reevaluate", *ahead))}
    edit(repository, few(paths))
    cases = {
        _CHECK: checker(work, "check", as_of=_NEXT_DAY),
        "forecast": checker(work, "forecast", *ahead, as_of=_NEXT_DAY),
        "report html": checker(work, "report", "html", "--out", str(work / "pages"), *ahead, as_of=_NEXT_DAY),
    }
    tell("the second night")
    taken["reevaluate, the second night"] = measure(checker(work, "reevaluate", *ahead, as_of=_NEXT_DAY))
    return {name: best(usages) for name, usages in rounds(cases, options.repeats).items()} | taken


if __name__ == "__main__":
    sys.exit(main())
