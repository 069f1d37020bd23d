"""A real OPA, a process for each batch: the strictest way to evaluate, for policies that are not the library's.

A server answers faster, but looks rules up by an index that passes over calls which would fail.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from checker.engine.verdict import Fault
from checker.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.engine import EngineSettings
    from checker.model import JsonObject

_BASE_MB = 512  # what OPA takes for itself and its garbage
_START_S = 30.0
_MOST_SHOWN = 300
_LIMITED = 'ulimit -d "$0"; exec "$@"'
_CANCELLED = "eval_cancel_error"


@dataclass(frozen=True, slots=True)
class Content:
    """What is evaluated: modules by their path, data, the query that answers, and how OPA is to read it all."""

    modules: Mapping[str, str]
    data: JsonObject
    query: str
    """An object with an answer for each key of `input.batch`."""
    flags: tuple[str, ...] = ()


class OpaProcess:
    """Evaluates in batches; when a batch fails, one by one, so that no input takes the others along."""

    def __init__(self, opa: Path, content: Content, settings: EngineSettings) -> None:
        self._content = content
        self._settings = settings
        self._place = Path(tempfile.mkdtemp(prefix="checker-opa-"))
        self._end = weakref.finalize(self, shutil.rmtree, self._place, ignore_errors=True)
        for name, text in content.modules.items():
            file = self._place / "modules" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        (self._place / "data.json").write_text(json.dumps(content.data), encoding="utf-8")
        self._command = [
            *("/bin/sh", "-c", _LIMITED, str((_BASE_MB + 2 * settings.memory_mb) * 1024), str(opa.absolute())),
            *("eval", "--format", "json", "--strict-builtin-errors", "--disable-indexing", "--stdin-input"),
            *("--timeout", f"{settings.timeout_s * 1000:.0f}ms", "--data", "modules", "--data", "data.json"),
            *(*content.flags, content.query),
        ]

    def ask(self, inputs: Mapping[int, JsonObject]) -> dict[int, object | Fault]:
        """Return what the query says of each of `inputs`, unchecked, or why it says nothing; all must be JSON."""
        answers: dict[int, object | Fault] = {}
        order, size = list(inputs), self._settings.batch
        for chosen in (order[start : start + size] for start in range(0, len(order), size)):
            batch = {index: inputs[index] for index in chosen}
            found = self._ask(batch)
            if isinstance(found, Fault):
                for index, one in batch.items():
                    single = self._ask({index: one}) if len(batch) > 1 else found
                    answers |= {index: single} if isinstance(single, Fault) else single
            else:
                answers |= found
        return answers

    def close(self) -> None:
        """Remove what was written for OPA."""
        self._end()

    def _ask(self, batch: Mapping[int, JsonObject]) -> dict[int, object | Fault] | Fault:
        answer = self._run(json.dumps({"batch": batch}).encode())
        if isinstance(answer, Fault):
            return answer
        none = Fault("shape", "the policies gave no verdict")
        return {index: answer.get(str(index), none) for index in batch}

    def _run(self, text: bytes) -> JsonObject | Fault:
        # OPA takes flags from OPA_* variables too: it gets none of ours.
        environment = {"HOME": str(self._place), "TMPDIR": str(self._place)}
        limit = self._settings.timeout_s + _START_S
        try:
            done = subprocess.run(  # noqa: S603  the program is chosen by the user, the arguments by us
                self._command,
                input=text,
                cwd=self._place,
                env=environment,
                capture_output=True,
                timeout=limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Fault("timeout", f"OPA took longer than {limit:g} s")
        except OSError as error:
            raise EngineError(f"OPA cannot be started: {error}", "look at `checker doctor`") from error
        try:
            answer = json.loads(done.stdout)
            errors = answer.get("errors") or ()
            found = answer["result"][0]["expressions"][0]["value"] if not errors else None
        except (ValueError, LookupError, TypeError, AttributeError):
            return self._death(done.returncode, done.stderr.decode(errors="replace"))
        if errors:
            return self._told(errors[0])
        return found if isinstance(found, dict) else Fault("shape", "the policies gave no verdicts")

    def _told(self, error: JsonObject) -> Fault:
        if error.get("code") == _CANCELLED:
            return Fault("timeout", f"the evaluation took longer than {self._settings.timeout_s:g} s")
        place = error.get("location") or {}
        at = f" ({place['file'].removeprefix('modules/')}:{place['row']})" if place.get("file") else ""
        return Fault("trap", f"the policies failed: {' '.join(str(error.get('message')).split())}{at}")

    @staticmethod
    def _death(code: int, log: str) -> Fault:
        if "out of memory" in log or "cannot allocate memory" in log:
            return Fault("memory", "the evaluation needs more memory than it may take")
        lines = [line.strip() for line in log.splitlines() if line.strip()] or ["no message"]
        return Fault("trap", f"OPA ended with exit code {code}: {lines[0][:_MOST_SHOWN]}")
