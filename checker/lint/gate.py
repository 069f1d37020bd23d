"""The gate of `main`: what a control denies counts only where the control is applicable. Asked of OPA, by a probe."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.errors import EngineError
from checker.lint.syntax import Remark

if TYPE_CHECKING:
    from collections.abc import Iterator

_FINDING = '{"code": "lint_probe", "msg": "lint_probe", "path": []}'
_CLOSED = f"""package controls.lint_probe.closed

default applicable := false

deny contains {_FINDING}

undetermined contains {_FINDING}
"""
_OPEN = f"""package controls.lint_probe.open

deny contains {_FINDING}
"""
_QUERY = """{
  "closed": data.main.verdict.controls["controls.lint_probe.closed"],
  "open": data.main.verdict.controls["controls.lint_probe.open"],
  "denied": {name | some finding in data.main.deny; finding.code == "lint_probe"; name := finding.control},
}"""
_LIMIT_S = 60
_FIX = "restore `_results` and `_applies` of main/main.rego"


def gate(root: Path, opa: Path) -> Iterator[Remark]:
    """Yield how `main` treats a denial wrongly: lets it through where the control is not applicable, or loses it."""
    answer = _ask(root, opa)
    closed, denied = answer.get("closed", {}), answer.get("denied", [])
    if closed.get("applicable") is not False or closed.get("deny") or closed.get("undetermined"):
        yield _remark("a control that is not applicable still denies, so a vendor fails what does not concern it")
    if not answer.get("open", {}).get("deny"):
        yield _remark("what a control denies does not reach the verdict, so every vendor passes")
    if denied != ["controls.lint_probe.open"]:
        yield _remark("`main.deny`, which stock tools read, does not hold what applicable controls deny, and only that")


def _remark(message: str) -> Remark:
    return Remark("main/main.rego", 1, 1, "gate", message, _FIX)


def _ask(root: Path, opa: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="checker-") as name:
        for file, text in (("closed.rego", _CLOSED), ("open.rego", _OPEN)):
            (Path(name) / file).write_text(text, encoding="utf-8")
        command = [str(opa.absolute()), "eval", "--format", "json", "--stdin-input", "--data", ".", "--data", name]
        try:
            done = subprocess.run(  # noqa: S603 - the OPA on the user's PATH
                [*command, _QUERY], cwd=root, env={}, input=b"{}", capture_output=True, check=False, timeout=_LIMIT_S
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EngineError(f"`{opa} eval` failed: {error}") from error
    result = json.loads(done.stdout).get("result") if done.returncode == 0 else None
    return dict(result[0]["expressions"][0]["value"]) if result else {}
