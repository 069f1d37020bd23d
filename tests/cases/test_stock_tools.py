"""Stock OPA and conftest on what `checker input` and `checker context` print: the same raw denials, and red without
the context."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from checker.documents import Document
from tests.cases import tables
from tests.real import need

if TYPE_CHECKING:
    from pathlib import Path

POLICIES = tables.ROOT / "policies"


@pytest.fixture(scope="module")
def workshop(tmp_path_factory) -> Path:
    """Return a directory with inputs, the context, and the denials that our engine finds."""
    place = tmp_path_factory.mktemp("stock")
    (place / "inputs").mkdir()
    judge = tables.judge(tables.TODAY)
    expected = {}
    chosen = [case for case in tables.cases() if case.as_of == tables.TODAY and not case.params and not case.derived]
    for number, case in enumerate(chosen):
        made = judge.input(Document(tables.FILE, case.manifest, b""))
        name = f"{number:04}.json"
        (place / "inputs" / name).write_text(json.dumps(made))
        (verdict,) = judge.engine.evaluate([made])
        expected[name] = _denials(verdict)
    (place / "context.json").write_text(json.dumps({"context": judge.setup.data["context"]}))
    (place / "expected.json").write_text(json.dumps(expected))
    return place


def _denials(verdict) -> list[str]:
    found = []
    for package, said in verdict.controls.items():
        both = (*said.deny, *said.undetermined)
        found += [_text(package, one.code, one.msg, list(one.path), one.key) for one in both]
    return sorted(found)


def _text(*parts: Any) -> str:
    return json.dumps(parts)


def _of_stock(finding: dict[str, Any]) -> str:
    return _text(finding["control"], finding["code"], finding["msg"], finding["path"], finding.get("key", ""))


def _expected(workshop: Path) -> dict[str, list[str]]:
    return json.loads((workshop / "expected.json").read_text())


def test_opa_eval(workshop: Path):
    opa = need("opa")
    for name, denials in list(_expected(workshop).items())[:10]:
        arguments = [
            "eval",
            "-d",
            POLICIES,
            "-d",
            workshop / "context.json",
            "-i",
            workshop / "inputs" / name,
            "data.main.deny",
        ]
        done = subprocess.run([opa, *arguments], capture_output=True, check=True)
        value = json.loads(done.stdout)["result"][0]["expressions"][0]["value"]
        assert sorted(map(_of_stock, value)) == denials


def test_opa_exec(workshop: Path, tmp_path: Path):
    opa = need("opa")
    bundle = tmp_path / "bundle"
    shutil.copytree(POLICIES, bundle)
    shutil.copy(workshop / "context.json", bundle / "data.json")
    command = [opa, "exec", "--bundle", bundle, "--decision", "main/deny", workshop / "inputs"]
    done = subprocess.run(command, capture_output=True, check=True)
    for row in json.loads(done.stdout)["result"]:
        name = row["path"].rpartition("/")[2]
        assert sorted(map(_of_stock, row["result"])) == _expected(workshop)[name]


def test_conftest(workshop: Path):
    """Every fifth case: conftest takes many times as long as OPA, which judges them all above."""
    conftest = need("conftest")
    chosen = list(_expected(workshop))[::5]
    command = [
        conftest,
        "test",
        *(workshop / "inputs" / name for name in chosen),
        "--policy",
        POLICIES,
        "--data",
        POLICIES,
        "--data",
        workshop / "context.json",
    ]
    done = subprocess.run([*command, "--output", "json"], capture_output=True, check=False)
    rows = json.loads(done.stdout)
    assert len(rows) == len(chosen)
    for row in rows:
        found = [one["metadata"] | {"msg": one["msg"]} for one in row.get("failures", [])]
        name = row["filename"].rpartition("/")[2]
        assert sorted(map(_of_stock, found)) == _expected(workshop)[name]


@pytest.mark.parametrize("missing", ["context", "parameters", "derived"])
def test_red_without(missing: str, workshop: Path, tmp_path: Path):
    """The manifest that passes everything must not pass when the tool was not given what the policies need."""
    conftest, opa = need("conftest"), need("opa")
    judge = tables.judge(tables.TODAY)
    made = judge.input(Document(tables.FILE, tables.base(), b""))
    if missing == "derived":
        del made["derived"]
    (tmp_path / "in.json").write_text(json.dumps(made))
    policies = tmp_path / "policies"
    shutil.copytree(POLICIES, policies)
    if missing == "parameters":
        shutil.rmtree(policies / "params" / "thresholds")
    context = ["-d", str(workshop / "context.json")] if missing != "context" else []
    done = subprocess.run(
        [opa, "eval", "-d", policies, *context, "-i", tmp_path / "in.json", "data.main.deny"],
        capture_output=True,
        check=True,
    )
    value = json.loads(done.stdout)["result"][0]["expressions"][0]["value"]
    assert any("context.missing" in one["msg"] for one in value)
    context = ["--data", str(workshop / "context.json")] if missing != "context" else []
    done = subprocess.run(
        [conftest, "test", tmp_path / "in.json", "--policy", policies, "--data", policies, *context],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert b"context.missing" in done.stdout


def test_green_with_everything(workshop: Path, tmp_path: Path):
    conftest = need("conftest")
    made = tables.judge(tables.TODAY).input(Document(tables.FILE, tables.base(), b""))
    (tmp_path / "in.json").write_text(json.dumps(made))
    command = [
        conftest,
        "test",
        tmp_path / "in.json",
        "--policy",
        POLICIES,
        "--data",
        POLICIES,
        "--data",
        workshop / "context.json",
    ]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout
