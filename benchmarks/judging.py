"""The work inside one Python process: rendering what policies see, and judging it. Run by run.py, never by hand.

The working directory is the generated repository. A process of its own keeps the harness small: on Linux a child's peak
memory is never reported below that of the process that started it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.commands.workspace import load_manifest, open_workspace
from checker.engine import Fault, open_engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.engine import PolicyFinding, Verdict


def main() -> None:
    """Render or judge, as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=["render", "wasm", "opa"])
    parser.add_argument("directory", type=Path, help="where the rendered inputs are")
    parser.add_argument("--as-of", required=True)
    options = parser.parse_args()
    if options.task == "render":
        render(options.directory, options.as_of)
    else:
        json.dump(judge(options.directory, options.as_of, options.task), sys.stdout)


def render(directory: Path, as_of: str) -> None:
    """Write what stock tools need: `input/<vendor>.json`, `context.json`, and the policies without their tests.

    `bundle` is the same with the context inside: `opa exec` takes data from one bundle only.
    """
    workspace = _workspace(as_of)
    one = workspace.judge()
    (directory / "input").mkdir()
    for path in workspace.manifests():
        text = json.dumps(one.input(load_manifest(one, path)), ensure_ascii=False, allow_nan=False)
        (directory / "input" / f"{Path(path).stem}.json").write_text(text, encoding="utf-8")
    context = json.dumps({"context": one.setup.data["context"]})
    (directory / "context.json").write_text(context, encoding="utf-8")
    for name in ("policies", "bundle"):
        shutil.copytree(workspace.policies, directory / name, ignore=shutil.ignore_patterns("*_test.rego"))
    (directory / "bundle" / "data.json").write_text(context, encoding="utf-8")


def judge(directory: Path, as_of: str, engine: str) -> dict[str, Any]:
    """Judge every rendered input in this one thread; return the seconds from manifest to verdict, and the raw denials.

    Timed is what the engine does: writing each manifest as JSON, judging it, reading and checking the verdict. Opening
    the engine is not, as the start-up of the other programs is taken off theirs.
    """
    workspace = _workspace(as_of)
    setup = workspace.judge().setup
    opened = open_engine(engine, setup.library, setup.data, workspace.engine_settings())
    paths = sorted((directory / "input").iterdir())
    inputs = [json.loads(path.read_bytes()) for path in paths]
    started = time.perf_counter()
    answers = opened.evaluate(inputs)
    seconds = time.perf_counter() - started
    opened.close()
    found = [denial for path, answer in zip(paths, answers, strict=True) for denial in _denials(path.stem, answer)]
    return {"seconds": seconds, "controls": len(setup.library.controls), "denials": found}


def _workspace(as_of: str) -> Any:  # noqa: ANN401 - named only by the command line's module
    return open_workspace(argparse.Namespace(as_of=as_of))


def _denials(vendor: str, answer: Verdict | Fault) -> Iterator[list[Any]]:
    """Yield what `main.deny` holds for this manifest: the guard, and each deny and undetermined of each control."""
    if isinstance(answer, Fault):
        raise SystemExit(f"{vendor} could not be judged: {answer.kind}, {answer.message}")
    yield from (_denial(vendor, "", finding) for finding in answer.guard)
    for package, control in answer.controls.items():
        for finding in {*control.deny, *control.undetermined}:
            yield _denial(vendor, package, finding)


def _denial(vendor: str, package: str, finding: PolicyFinding) -> list[Any]:
    return [vendor, package, finding.code, list(finding.path), finding.key]


if __name__ == "__main__":
    main()
