"""Measures the checker against `opa exec` and `conftest test`: same manifests, same policies, same run.

Exit codes: 0; 1 when the raw denials differ; 2 when a program is missing. docs/performance.md explains the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from measuring import Case, measure, rounds, tell
from results import denials, differences, figures, table

HERE = Path(__file__).resolve().parent
AS_OF = "2026-11-22"
"""The day on which the generated manifests pass, unless they were given a defect."""

_STARTS = 10  # the short processes are run so often
_CONFTEST = "conftest test --policy policies --data policies --data context.json --output json"
_RIVALS = {
    "opa-exec": "opa exec --bundle bundle --decision main/deny",
    "conftest-main": _CONFTEST,
    "conftest-all": f"{_CONFTEST} --all-namespaces",
}


def main() -> int:
    """Generate, render, measure, compare and print."""
    options = _options()
    for program in ("opa", "conftest"):
        if not shutil.which(program):
            print(f"`{program}` is not on PATH; `make tools` builds it", file=sys.stderr)
            return 2
    if options.keep:
        options.keep.mkdir(parents=True)
        return _run(options.keep.resolve(), options)
    with tempfile.TemporaryDirectory(prefix="checker-bench-") as name:
        return _run(Path(name), options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manifests", type=int, metavar="N", help="how many (default 2000; 100 with --quick)")
    parser.add_argument("--seed", type=int, default=1, help="of the generator (default 1)")
    parser.add_argument(
        "--repeats", type=int, metavar="N", help="rounds, of which the best counts (default 3; 1 with --quick)"
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="work in this new directory and leave it")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument(
        "--quick", action="store_true", help="one round on few manifests: tries the benchmark, measures little"
    )
    options = parser.parse_args()
    options.manifests = options.manifests or (100 if options.quick else 2000)
    options.repeats = options.repeats or (1 if options.quick else 3)
    if options.manifests < 1 or options.repeats < 1:
        parser.error("give at least one manifest and one round")
    return options


def _run(work: Path, options: argparse.Namespace) -> int:
    _prepare(work, options)
    taken = rounds(_cases(work), options.repeats) | rounds(_starts(work), 1 if options.quick else _STARTS)
    taken |= rounds(_once(work), 1)
    tell("")
    found, denied = figures(taken, options.manifests), denials(work)
    found["setting"] = _setting(work, options)
    found["denials"] = {"raw": len(denied["wasm"]), "manifests": len({denial[0] for denial in denied["wasm"]})}
    print(table(found))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    lines = differences(denied)
    print("\n".join(lines) if lines else f"equal from {', '.join(denied)}")
    return int(bool(lines))


def _setting(work: Path, options: argparse.Namespace) -> dict[str, int]:
    sizes = [path.stat().st_size for path in (work / "repository" / "vendor_manifests").glob("*.yaml")]
    return {
        "manifests": options.manifests,
        "mean_bytes": sum(sizes) // len(sizes),
        "controls": json.loads((work / "judge-wasm.out").read_bytes())["controls"],
        "seed": options.seed,
        "repeats": options.repeats,
        "processors": os.cpu_count() or 1,
    }


def _prepare(work: Path, options: argparse.Namespace) -> None:
    """Write the manifests, and what stock tools see of them; every process uses this checkout and caches of its own."""
    os.environ |= {"PYTHONPATH": str(HERE.parent), "XDG_CACHE_HOME": str(work / "cache"), "NO_COLOR": "1"}
    # An installed package has its bytecode; a checkout keeps none when the environment forbids to write it.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(work / "bytecode")
    for name, count in (("repository", options.manifests), ("fourfold", 4 * options.manifests)):
        tell(f"generating {count} manifests")
        program = (sys.executable, str(HERE / "generate.py"), str(work / name))
        numbers = ("--manifests", str(count), "--seed", str(options.seed))
        measure(Case(program + numbers, work, work / "generate.out"))
    tell("rendering what the policies see")
    measure(Case(_judging("render", work), work / "repository", work / "render.out"))
    (work / "empty").mkdir()
    (work / "empty" / "empty.json").write_text("{}\n", encoding="utf-8")


def _cases(work: Path) -> dict[str, Case]:
    """Return what is measured in every round, in this order."""
    repository = work / "repository"
    commands = {
        "checker-wasm": (_checker(), repository),
        **{name: ((*command.split(), "input"), work) for name, command in _RIVALS.items()},
        **{f"{name} start-up": ((*command.split(), "empty"), work) for name, command in _RIVALS.items()},
        "judge-wasm": (_judging("wasm", work), repository),
    }
    return {name: _case(name, command, place, work) for name, (command, place) in commands.items()}


def _once(work: Path) -> dict[str, Case]:
    """Return what needs no rounds: the reference engine, and the memory of one process for two numbers of manifests."""
    repository = work / "repository"
    commands = {
        "checker-opa": (_checker("--engine", "opa"), repository),
        "judge-opa": (_judging("opa", work), repository),
        "checker-single": (_checker("--jobs", "1"), repository),
        "checker-fourfold": (_checker("--jobs", "1"), work / "fourfold"),
    }
    return {name: _case(name, command, place, work) for name, (command, place) in commands.items()}


def _starts(work: Path) -> dict[str, Case]:
    repository = work / "repository"
    one = min(path.name for path in (repository / "vendor_manifests").glob("*.yaml"))
    return {
        "python": Case((sys.executable, "-c", "pass"), work, work / "python.out"),
        "one manifest": Case(_checker(f"vendor_manifests/{one}"), repository, work / "one.out", (0, 1)),
    }


def _case(name: str, command: tuple[str, ...], place: Path, work: Path) -> Case:
    output = work / f"{name.replace(' ', '-')}.out"
    return Case(command, place, output, accepted=(0, 1), times_itself=name.startswith("judge"))


def _judging(task: str, work: Path) -> tuple[str, ...]:
    return (sys.executable, str(HERE / "judging.py"), task, str(work), "--as-of", AS_OF)


def _checker(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "checker", "check", "--as-of", AS_OF, *arguments)


if __name__ == "__main__":
    sys.exit(main())
