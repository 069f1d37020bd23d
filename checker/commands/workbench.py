"""What `checker policy new`, `test`, `coverage` and `lint` do: the daily work of those who write controls."""

from __future__ import annotations

import re
import sys
import textwrap
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from checker import lint
from checker.authoring import changes, coverage, rego, scaffold, tables
from checker.authoring.trial import Trial
from checker.commands.check import parse_outputs, write
from checker.commands.selection import Wanted, parse_severity, select
from checker.commands.workspace import (
    REQUIRED_PARAMETERS,
    parse_day,
    program,
    shipped_cases,
    shipped_directory,
)
from checker.compiler import OPA_ADVICE, sha256
from checker.config import Config
from checker.errors import UsageError
from checker.git import Repository
from checker.library import read_parameters, read_policies, shipped_sources
from checker.report.escape import plain, prose
from checker.report.summary import plural
from checker.schema import open_schemas

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from checker.authoring.rego import RegoTest
    from checker.authoring.trial import Outcome
    from checker.commands.workspace import Workspace
    from checker.model import Control

_MANY = 100
_RENDERERS = {"text": coverage.text, "lcov": coverage.lcov}


def new(workspace: Workspace, options: argparse.Namespace) -> int:
    """Write the first draft of a control, and tell how to go on."""
    home = _home(workspace)
    effective_on = parse_day(options.effective_on) if options.effective_on else workspace.as_of
    draft = scaffold.Draft(
        id=options.control,
        title=options.title,
        severity=parse_severity(options.severity).value,
        owner=options.owner or str(workspace.library.parameters["org"]["owner"]),
        effective_on=effective_on.isoformat(),
        family=options.family_dir,
        name=options.name,
    )
    if Repository(workspace.root).history() != "whole":
        print("note: git has no whole history here, so ids of controls that are gone are not known", file=sys.stderr)
    draft = scaffold.plan(draft, workspace.library.controls, lambda id_: _used_before(workspace, id_))
    files = draft.files(home, workspace.root / workspace.config.cases)
    scaffold.write(files)
    for path in files:
        print(f"wrote {path.relative_to(workspace.root)}")
    print(_NEXT.format(id=draft.id), end="")
    return 0


def _home(workspace: Workspace) -> Path:
    """Return where the repository's own policies are, or would be: a layer over the shipped library begins there."""
    own = workspace.policies.is_relative_to(workspace.root)
    return workspace.policies if own else workspace.root / (workspace.config.policies or "policies")


_NEXT = """
It refuses one delivery model: put your own rule in its place. Then:
  checker policy test {id}    the Rego tests and the cases
  checker policy lint          what OPA does not see
  checker impact --base REF    which vendors it would newly fail
"""


def test(workspace: Workspace, options: argparse.Namespace) -> int:
    """Run Rego tests and cases, tell what does not hold, and return the exit code."""
    listed = read_tables(workspace)
    chosen = _chosen(workspace, options, listed)
    if not chosen:
        print(f"nothing that a control depends on has changed since {plain(options.changed)}")
        return 0
    wanted = _pattern(options.pattern)
    if options.controls and (bare := {one.id for one in chosen} - {table.control for table in listed}):
        print(f"note: {workspace.config.cases}/ holds no cases of {', '.join(sorted(bare))}", file=sys.stderr)
    rego_tests = [one for one in _rego_tests(workspace, chosen) if wanted.search(str(one))]
    outcomes = _outcomes(workspace, options, listed, chosen, wanted)
    if not rego_tests and not outcomes:
        raise UsageError("there is no test and no case to run", "see `checker policy test --help`")
    for one in rego_tests:
        _tell_test(one, f"{workspace.shown_policies}/", verbose=options.verbose)
    for outcome in outcomes:
        _tell_outcome(outcome, verbose=options.verbose)
    print(_summary(rego_tests, outcomes, len(chosen), options.engine or workspace.config.engine))
    return _exit_code(rego_tests, outcomes)


def measure(workspace: Workspace, options: argparse.Namespace) -> int:
    """Tell which lines and rules no Rego test reaches, and return 1 under the threshold or when a test fails."""
    outputs = parse_outputs(options.output or ["text"], _RENDERERS)
    if not 0 <= options.at_least <= _MANY:
        raise UsageError(f"{options.at_least:g} is no percentage", "give a number from 0 to 100")
    opa = require_opa()
    report = rego.measure(opa, workspace.whole)
    if report is None:
        for failed in rego.run_tests(opa, workspace.whole):
            _tell_test(failed, f"{workspace.shown_policies}/", verbose=False)
        print("without tests that pass there is no coverage")
        return 1
    files = coverage.read(report, lambda path: (workspace.whole / path).read_text(encoding="utf-8"))
    for name, file in outputs:
        write(_RENDERERS[name](files, f"{workspace.shown_policies}/"), file)
    least = min(coverage.lines(files).percent, coverage.rules(files).percent)
    if least < options.at_least:
        print(f"{least:.1f} % is less than the {options.at_least:g} % wanted", file=sys.stderr)
        return 1
    return 0


def check(workspace: Workspace, options: argparse.Namespace) -> int:
    """Print what the lint remarks on the policies, each with its place, the fix and an example; 1 when it does."""
    del options
    sources, _ = read_policies(workspace.whole)
    parameters = read_parameters(workspace.whole)
    schemas = open_schemas(workspace.schema_directory, parameters)
    around = lint.Surroundings(
        parameters=parameters,
        read_elsewhere=REQUIRED_PARAMETERS | schemas.parameters_read,
        fields=schemas.fields(),
        statuses={table.control: table.statuses for table in _tables(workspace)},
        proven=_proven(workspace, sources),
        cases=workspace.config.cases,
    )
    remarks = lint.lint(workspace.whole, sorted(sources), around, require_opa())
    for remark in remarks:
        place = f"{workspace.shown_policies}/{remark.path}:{remark.line}:{remark.column}"
        print(f"{place}: {remark.check}: {prose(remark.message)}")
        print(f"  fix: {prose(remark.fix)}")
        print(textwrap.indent(f"example:\n{textwrap.indent(lint.EXAMPLES[remark.check], '  ')}", "  "))
    print(f"{plural(len(sources), 'policy file')}, {plural(len(remarks), 'remark')}")
    return int(bool(remarks))


def _proven(workspace: Workspace, sources: Mapping[str, bytes]) -> frozenset[str]:
    """Return the policies whose cases are in the repository of the checker: those that are as it ships them."""
    if workspace.shipped and workspace.policies.is_relative_to(workspace.root):
        return frozenset()  # this is that repository
    shipped = shipped_sources()
    return frozenset(path for path, content in sources.items() if shipped.get(path) == sha256(content))


def read_tables(workspace: Workspace) -> list[tables.Table]:
    """Return the tables of cases of the repository; UsageError for one of a control that does not exist."""
    listed = _tables(workspace)
    known = {control.id for control in workspace.library.controls}
    for table in listed:
        if table.control not in known:
            place = table.document.locate(("control",))
            hint = "correct `control`, or remove the table with its control"
            raise UsageError(f"{place}: there is no control {table.control}", hint)
    return listed


def _tables(workspace: Workspace) -> list[tables.Table]:
    # The form of a table belongs to the checker, not to the organisation's schemas.
    schemas = open_schemas(shipped_directory() / "schemas", {})
    return tables.read_tables(workspace.root, workspace.config.cases, schemas)


def require_opa() -> Path:
    """Return the program OPA; UsageError without it."""
    found = program("opa")
    if found is None:
        raise UsageError("this needs OPA, which is not on PATH", OPA_ADVICE)
    return found


def _used_before(workspace: Workspace, id_: str) -> str:
    for table in _tables(workspace):
        if table.control == id_:
            return f"{table.path} holds its cases"
    repository = Repository(workspace.root)
    if repository.history() == "none":
        return ""
    folder = f"{_home(workspace).relative_to(workspace.root)}/controls"
    commit = repository.last_with(rf"^#[[:space:]]+id:[[:space:]]+{id_}[[:space:]]*$", folder)
    return f"commit {commit} has it" if commit else ""


def _chosen(workspace: Workspace, options: argparse.Namespace, listed: Sequence[tables.Table]) -> tuple[Control, ...]:
    """Return the controls to test: named, concerned by a change, or all."""
    controls = workspace.library.controls
    if options.controls:
        names = tuple(name.upper() for name in options.controls)
        controls = select(controls, Config(), Wanted(only=names)).controls
    if not options.changed:
        return controls
    folders = {
        "policies": workspace.shown_policies,
        "schemas": workspace.config.schemas or "schemas",
        "cases": workspace.config.cases,
    }
    paths = changes.changed_paths(workspace.root, options.changed)
    homes = {table.path: table.control for table in listed}
    concerned = changes.concerned(paths, workspace.library, folders, homes)
    return tuple(control for control in controls if control.id in concerned)


def _rego_tests(workspace: Workspace, chosen: Sequence[Control]) -> list[RegoTest]:
    opa = program("opa")
    if opa is None:
        print(f"note: the Rego tests were not run, for OPA is not on PATH ({OPA_ADVICE})", file=sys.stderr)
        return []
    if len(chosen) == len(workspace.library.controls):
        return rego.run_tests(opa, workspace.whole)
    ids = {control.id for control in chosen}
    packages = {control.package for control in chosen}
    packages |= {policy.package for policy in workspace.library.portfolio if policy.control in ids}
    return rego.run_tests(opa, workspace.whole, packages)


def _outcomes(
    workspace: Workspace,
    options: argparse.Namespace,
    listed: Sequence[tables.Table],
    chosen: Sequence[Control],
    wanted: re.Pattern[str],
) -> list[Outcome]:
    ids = {control.id for control in chosen}
    mine = [table for table in listed if table.control in ids]
    if not mine:
        return []
    base = _base(workspace)
    cases = [case for table in mine for case in table.cases(base) if wanted.search(str(case))]
    setup = workspace.setup(workspace.select(), options)
    return Trial(replace(setup, as_of=parse_day(base.day)), base).run(cases) if cases else []


def _base(workspace: Workspace) -> tables.Base:
    """Return the repository's own base manifest, or the shipped one."""
    own = workspace.root / workspace.config.cases
    place = own if (own / tables.BASE).exists() else shipped_cases()
    return tables.open_base(place, frozenset(workspace.schemas.vendor_blocks), workspace.config.cases_as_of)


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise UsageError(
            f"`{text}` is no regular expression: {error}", "write `.` for any letter, `.*` for any"
        ) from error


def _tell_test(one: RegoTest, prefix: str, *, verbose: bool) -> None:
    place = plain(f"{prefix}{one.path}:{one.line}:{one.column}")
    if one.state != "passed":
        print(f"{place}: {one.state.upper()} {plain(one.name)}")
    elif verbose:
        print(f"{place}: passed {plain(one.name)}")


def _tell_outcome(outcome: Outcome, *, verbose: bool) -> None:
    case, place = outcome.case, plain(str(outcome.case.location))
    if outcome.holds:
        if verbose:
            print(f"{place}: passed {prose(str(case))}")
        return
    print(f"{place}: {'ERROR' if outcome.fault else 'FAILED'} {prose(str(case))}")
    for line in [outcome.fault] if outcome.fault else outcome.differences():
        print(f"    {prose(line)}")


def _summary(rego_tests: Sequence[RegoTest], outcomes: Sequence[Outcome], controls: int, engine: str) -> str:
    parts = []
    if rego_tests:
        states = Counter(one.state for one in rego_tests)
        parts.append(f"{plural(len(rego_tests), 'Rego test')}: {_counts(states)}")
    if outcomes:
        states = Counter("error" if one.fault else "passed" if one.holds else "failed" for one in outcomes)
        parts.append(f"{plural(len(outcomes), 'case')} on {engine}: {_counts(states)}")
    return f"{plural(controls, 'control')}; {'; '.join(parts)}"


def _counts(states: Counter[str]) -> str:
    return ", ".join(f"{states[name]} {name}" for name in ("passed", "failed", "error", "skipped") if states[name])


def _exit_code(rego_tests: Sequence[RegoTest], outcomes: Sequence[Outcome]) -> int:
    """Return 3 when something could not be judged, 1 when something does not hold, else 0."""
    if any(one.fault for one in outcomes):
        return 3
    return int(any(one.state != "passed" for one in rego_tests) or not all(one.holds for one in outcomes))
