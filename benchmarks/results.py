"""What the measurements say: raw denials that must be equal, figures, ratios and targets."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from measuring import best

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from measuring import Usage

Denial: TypeAlias = "tuple[str, str, str, str, str]"
"""Vendor, package of the control, code, path as JSON, key."""

RIVALS = ("opa-exec", "conftest-main", "conftest-all")
FASTER = {
    "whole opa-exec": 1.0,
    "whole conftest-main": 1.0,
    "whole conftest-all": 1.0,
    "judge opa-exec": 4.0,
    "judge conftest-main": 5.0,
    "judge conftest-all": 20.0,
}
"""How many times faster than each the checker is to be."""
MOST_START_UP = 10.0
MOST_BYTES_A_MANIFEST = 1000.0

_NAMES = {
    "checker-wasm": "checker check, YAML",
    "opa-exec": "opa exec, JSON",
    "conftest-main": "conftest, package main, JSON",
    "conftest-all": "conftest --all-namespaces, JSON",
    "checker-opa": "checker check --engine opa, once",
    "checker-single": "checker check --jobs 1, once",
    "checker-fourfold": "the same, four times as many, once",
}
_SHOWN = 5


def denials(directory: Path) -> dict[str, set[Denial]]:
    """Read what each program denied from its last output in `directory`.

    `conftest --all-namespaces` is not among them: it does not ask package main, so it misses what is undetermined.
    """
    return {
        "wasm": set(_of_judge(directory / "judge-wasm.out")),
        "opa engine": set(_of_judge(directory / "judge-opa.out")),
        "opa exec": set(_of_opa(directory / "opa-exec.out")),
        "conftest main": set(_of_conftest(directory / "conftest-main.out")),
    }


def differences(found: Mapping[str, set[Denial]]) -> list[str]:
    """Return the first denials in which a program differs from the wasm engine, as lines; none when all agree."""
    lines = []
    for name, theirs in found.items():
        ours = found["wasm"]
        lines += [f"only {name}: {one}" for one in sorted(theirs - ours)[:_SHOWN]]
        lines += [f"not {name}: {one}" for one in sorted(ours - theirs)[:_SHOWN]]
    return lines


def figures(taken: Mapping[str, list[Usage]], count: int) -> dict[str, Any]:
    """Return every figure by name, for `count` manifests; memory also for four times as many."""
    least = {name: best(usages) for name, usages in taken.items()}
    cost = {"wasm": least["judge-wasm"].seconds / count, "opa engine": least["judge-opa"].seconds / count}
    # A program's start-up is what it takes on one empty input.
    cost |= {name: (least[name].seconds - least[f"{name} start-up"].seconds) / count for name in RIVALS}
    ratios = {f"whole {name}": least[name].seconds / least["checker-wasm"].seconds for name in RIVALS}
    ratios |= {f"judge {name}": cost[name] / cost["wasm"] for name in RIVALS}
    return {
        "processes": {name: asdict(usage) for name, usage in least.items()},
        "judging_ms": {name: 1000 * seconds for name, seconds in cost.items()},
        "ratios": ratios,
        "start_up": least["one manifest"].seconds / least["python"].seconds,
        "bytes_a_manifest": (least["checker-fourfold"].peak - least["checker-single"].peak) / (3 * count),
    }


def table(found: Mapping[str, Any]) -> str:
    """Return the figures as text, each ratio on one line."""
    return "\n".join(_table(found))


def _table(found: Mapping[str, Any]) -> Iterator[str]:
    setting, taken = found["setting"], found["processes"]
    yield f"{setting['manifests']} manifests of {setting['mean_bytes']} bytes, {setting['controls']} controls"
    yield f"seed {setting['seed']}, best of {setting['repeats']}, {setting['processors']} processors"
    yield f"\n{'whole process':<36}{'seconds':>9}{'CPU s':>9}{'peak MB':>9}"
    yield from (_row(label, taken[name]) for name, label in _NAMES.items())
    yield f"\n{'judging one manifest':<36}{'ms':>9}"
    yield from (f"{name:<36}{value:9.2f}" for name, value in found["judging_ms"].items())
    yield ""
    for name, value in found["ratios"].items():
        yield f"ratio {name} {value:.1f}x   {_met(value >= FASTER[name])} at least {FASTER[name]:g}x"
    times = " of ".join(f"{1000 * taken[name]['seconds']:.0f}" for name in ("one manifest", "python"))
    times = f"{found['start_up']:.1f}x bare Python ({times} ms)"
    yield f"start-up {times}   {_met(found['start_up'] <= MOST_START_UP)} at most {MOST_START_UP:g}x"
    grown, most = found["bytes_a_manifest"], MOST_BYTES_A_MANIFEST
    yield f"memory {grown:.0f} bytes a manifest   {_met(grown < most)} less than {most:g}"
    yield f"denials {found['denials']['raw']} in {found['denials']['manifests']} manifests"


def _row(label: str, usage: Mapping[str, float]) -> str:
    return f"{label:<36}{usage['seconds']:9.2f}{usage['cpu']:9.2f}{usage['peak'] / 1e6:9.0f}"


def _met(yes: bool) -> str:  # noqa: FBT001 - the one thing it says
    return "reaches" if yes else "MISSES"


def _of_judge(path: Path) -> Iterator[Denial]:
    for vendor, package, code, keys, key in json.loads(path.read_bytes())["denials"]:
        yield vendor, package, code, json.dumps(keys), key


def _of_opa(path: Path) -> Iterator[Denial]:
    for answer in json.loads(path.read_bytes())["result"]:
        for finding in answer["result"]:
            yield _denial(answer["path"], finding)


def _of_conftest(path: Path) -> Iterator[Denial]:
    for answer in json.loads(path.read_bytes()):
        for failure in answer.get("failures", ()):
            yield _denial(answer["filename"], failure["metadata"])


def _denial(path: str, finding: Mapping[str, Any]) -> Denial:
    place = json.dumps(finding["path"])
    return Path(path).stem, finding.get("control", ""), finding["code"], place, finding.get("key", "")
