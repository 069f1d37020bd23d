"""The tests that are written in Rego, run by OPA itself with the built-in functions that policies may use."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checker.compiler import CAPABILITIES, OPA_ADVICE
from checker.errors import EngineError, PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from checker.model import JsonObject

_LIMIT_S = 600
_ONE_TEST = "60s"
_FAILED = 2


@dataclass(frozen=True, slots=True, order=True)
class RegoTest:
    """One test and how it ended; `path` is relative to the policies."""

    path: str
    line: int
    column: int
    package: str
    name: str
    state: str
    """One of passed, failed, error and skipped."""

    def __str__(self) -> str:
        return f"{self.package}.{self.name}"


def run_tests(opa: Path, policies: Path, packages: Iterable[str] | None = None) -> list[RegoTest]:
    """Run the tests of these packages, or all of them, and return how each ended, ordered by place.

    PolicyError when the policies or tests do not compile, EngineError when OPA cannot run.
    """
    chosen = () if packages is None else ("--run", _pattern(packages))
    done = _test(opa, policies, *chosen)
    results = _read(done) if done.returncode in {0, _FAILED} else None
    if not isinstance(results, list):
        raise _refusal(done)
    return sorted(map(_made, results))


def measure(opa: Path, policies: Path) -> JsonObject | None:
    """Return the report of `opa test --coverage`; None when a test fails or cannot run: `run_tests` tells which."""
    done = _test(opa, policies, "--coverage")
    report = _read(done) if done.returncode == 0 else None
    return report if isinstance(report, dict) else None


def _pattern(packages: Iterable[str]) -> str:
    names = "|".join(re.escape(package) for package in sorted(packages))
    return rf"^data\.(?:{names})_test\."


def _test(opa: Path, policies: Path, *options: str) -> subprocess.CompletedProcess[bytes]:
    command = [str(opa.absolute()), "test", "--timeout", _ONE_TEST, "--capabilities", str(CAPABILITIES)]
    try:
        return subprocess.run(  # noqa: S603 - the OPA on the user's PATH
            [*command, "--format", "json", *options, "."],
            cwd=policies,
            env={},  # OPA takes flags from OPA_* variables too
            capture_output=True,
            check=False,
            timeout=_LIMIT_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"`{opa} test` failed: {error}", OPA_ADVICE) from error


def _read(done: subprocess.CompletedProcess[bytes]) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(done.stdout)
    except ValueError:
        return None


def _refusal(done: subprocess.CompletedProcess[bytes]) -> PolicyError:
    told = (done.stderr or done.stdout).decode(errors="replace").strip() or f"exit code {done.returncode}"
    return PolicyError(f"the Rego tests cannot run:\n  {told}", "mend the policy or the test that OPA names")


def _made(raw: JsonObject) -> RegoTest:
    place = raw["location"]
    state = next((name for key, name in _STATES.items() if raw.get(key)), "passed")
    return RegoTest(place["file"], place["row"], place["col"], raw["package"], raw["name"], state)


_STATES = {"error": "error", "fail": "failed", "skip": "skipped"}
