"""`checker report html`: gather a run, its history and its forecast, and write them as a static site."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from checker import calendar, pipeline
from checker.account import Ledger
from checker.catalogue import shelf
from checker.catalogue.meaning import meanings
from checker.catalogue.pages import family_title
from checker.catalogue.reading import merged
from checker.commands.check import jobs_of, judge
from checker.commands.reevaluate import add_history, digests, named, open_at
from checker.commands.workspace import open_workspace, parse_period, program, shipped_directory
from checker.errors import UsageError
from checker.forecast import Horizon, forecast
from checker.judge import Judge
from checker.library import COMMITTED
from checker.model import Location, Provenance, Severity, Status
from checker.report import site
from checker.report.json import to_dict
from checker.report.summary import plural

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping, Sequence

    from checker.account import Leaf, Value
    from checker.catalogue.reading import Reading
    from checker.commands.workspace import Workspace
    from checker.history import Change, History, Run
    from checker.judge import Setup
    from checker.model import Control, Forecast, Json, JsonObject

_LONGEST: Final = 160
"""Characters of a value; the file has all of it."""
_TIERS: Final = frozenset(map(str, Severity))
_OF_NEW_RUNS: Final = ("paths", "as_of", "profile", "only", "severity", "skip", "baseline", "allow_empty")
_SETTLED: Final = frozenset({"pass", "not_applicable"})
_NO_HISTORY: Final = "No history is read: {}. So nothing is told of what changed, and there is no trend."
_CHANGED: Final = (
    "Files are no longer what they were in this run, so there is no forecast; the pages of the vendors concerned do not"
    " tell the values that decided."
)
_OTHER_RULES: Final = (
    "The rules are no longer those of this run, so there is no forecast, and the values that decided are not told."
)


@dataclass(frozen=True, slots=True)
class _Told:
    """A run to tell of, and what is known of it."""

    report: JsonObject
    number: int
    sources: Mapping[str, Mapping[str, str]] | None
    """By manifest the digests that a stored run had; None for one of right now."""
    past: Sequence[site.Past]
    events: Sequence[site.Event]
    courses: Mapping[str, Sequence[tuple[int, str]]]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Work:
    """What a process needs to make the pages of vendors."""

    folder: Path
    shell: site.Shell
    readings: Mapping[str, Reading]
    """By control."""
    every: bool
    """Whether the values are told of controls that pass, too."""
    intact: frozenset[str]
    """The manifests that are what they were in the run."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options beside those of a run."""
    parser.add_argument(
        "--out", metavar="DIR", required=True, help="the directory of the site, which is replaced whole"
    )
    add_history(parser)
    parser.add_argument(
        "--run", dest="number", metavar="N", type=int, help="a run of the history in place of a new one"
    )
    parser.add_argument(
        "--within", metavar="PERIOD", default="P90D", help="how far to look ahead for what lapses (default: P90D)"
    )
    parser.add_argument(
        "--source-url",
        metavar="URL",
        help="where a line of a file is shown, such as https://host/org/repo/blob/{revision}/{path}#L{line}",
    )
    parser.add_argument(
        "--values",
        choices=["all", "open"],
        default="all",
        help="tell the values that decided about all controls, or only those that do not simply pass",
    )


def run(options: argparse.Namespace) -> int:
    """Write the site, and return 0 unless something could not be judged by us."""
    target = Path(options.out)
    site.check(target)
    parse_period(options.within)
    workspace = open_workspace(options)
    template = _template(options.source_url or workspace.config.source_url)
    told = _fresh(workspace, options) if options.number is None else _stored(workspace, options)
    workspace = replace(workspace, as_of_option=told.report["provenance"]["as_of"])
    setup = _setup(workspace, options, told.report)
    readings = shelf.read_by(workspace.library, workspace.schemas.fields(), committed=COMMITTED, opa=program("opa"))
    by_control = {one.id: _reading(workspace, one, readings) for one in setup.controls}
    intact, notes = _intact(workspace, told)
    jobs = jobs_of(options, workspace)
    whole = len(intact) == len(told.report["vendors"])
    made = site.Site(
        site.Material(
            report=told.report,
            catalogue={one.id: one for one in workspace.library.controls},
            families={one.family: family_title(one) for one in workspace.library.controls},
            meanings={one.id: meanings(one) for one in workspace.library.controls},
            parameters=_parameters(setup, by_control),
            sources=site.Sources(template, told.report["provenance"]["revision"]),
            run=told.number,
            past=told.past,
            events=told.events,
            courses=told.courses,
            forecast=_forecast(setup, told.report, readings, options.within, jobs) if whole else None,
            notes=(*told.notes, *notes),
        )
    )
    with site.swapped_in(target) as folder:
        work = _Work(folder, made.shell, by_control, options.values == "all", frozenset(intact))
        owners = _vendors(setup, made, work, jobs)
        files = len([site.write(folder, name, text) for name, text in made.pages(owners)])
    print(f"{options.out}/index.html: {plural(len(owners), 'vendor')}, {plural(len(owners) + files, 'file')}")
    return 3 if options.number is None and told.report["exit_code"] == 3 else 0  # noqa: PLR2004 - as every command


def _template(text: str) -> str:
    if text and ("{path}" not in text or not text.startswith(("https://", "http://"))):
        raise UsageError(
            f"`{text}` tells no place of a file",
            "write it as https://host/org/repo/blob/{revision}/{path}#L{line}",
        )
    return text


# The run


def _fresh(workspace: Workspace, options: argparse.Namespace) -> _Told:
    result = judge(workspace, options, revision=True)
    report = to_dict(result)
    opened, note = _history(workspace, options)
    if opened is None:
        return _Told(report, 0, None, (), (), {}, (_NO_HISTORY.format(note),))
    try:
        return _compared(workspace, opened, report)
    finally:
        opened.close()


def _history(workspace: Workspace, options: argparse.Namespace) -> tuple[History | None, str]:
    """Open the history; one that nobody named may be absent, and the site then says so."""
    try:
        return open_at(workspace, options, create=False), ""
    except UsageError as error:
        if named(workspace, options):
            raise
        return None, error.message


def _compared(workspace: Workspace, history: History, report: JsonObject) -> _Told:
    latest = history.latest()
    if latest is None:
        return _Told(report, 0, None, (), (), {}, (_NO_HISTORY.format("it is empty"),))
    before = history.report(latest)
    if before == report:
        return _Told(report, latest.number, None, *_past(history, latest))
    from checker.history import Record
    from checker.history.comparison import Before, compare

    sources = digests(workspace.root, [one["path"] for one in report["vendors"]])
    record = Record("", "", report, sources)
    changes = compare(Before(latest, before, history.entries(latest.number)), record)
    past, events, courses = _past(history, latest)
    now = site.Past(0, report["provenance"]["as_of"], report["summary"]["verdicts"])
    fresh = [_event(0, now.as_of, change) for change in changes]
    return _Told(report, 0, None, [*past, now], [*events, *fresh], courses)


def _stored(workspace: Workspace, options: argparse.Namespace) -> _Told:
    given = [name for name in _OF_NEW_RUNS if getattr(options, name)]
    if given:
        name = "PATH" if given[0] == "paths" else f"--{given[0].replace('_', '-')}"
        raise UsageError(f"a run that was kept is told as it was, so {name} has no say in it", f"leave out {name}")
    history = open_at(workspace, options, create=False)
    try:
        chosen = history.run(options.number)
        report = history.report(chosen)
        if report.get("erased"):
            raise UsageError(
                f"the values of run {chosen.number} are erased", "`checker history list` shows what is left"
            )
        entries = history.entries(chosen.number)
        sources = {one.path: {"source": one.source, "waivers": one.waivers} for one in entries}
        return _Told(report, chosen.number, sources, *_past(history, chosen))
    finally:
        history.close()


def _past(
    history: History, until: Run
) -> tuple[list[site.Past], list[site.Event], Mapping[str, Sequence[tuple[int, str]]]]:
    tallies = history.tallies()
    runs = [one for one in history.runs() if one.number <= until.number]
    days = {one.number: one.as_of for one in runs}
    past = [site.Past(one.number, one.as_of, tallies.get(one.number, {})) for one in runs]
    events = [_event(number, days[number], change) for number, change in history.events(until.number)]
    return past, events, history.courses(until.number)


def _event(number: int, day: str, change: Change) -> site.Event:
    return site.Event(number, day, asdict(change), change.begins)


# What the files say


def _setup(workspace: Workspace, options: argparse.Namespace, report: JsonObject) -> Setup:
    """Return the set-up of a run: its day, its controls that are still there, and its threshold."""
    judged = {one["id"] for one in report["controls"]}
    return replace(
        workspace.setup(workspace.select(), options),
        controls=tuple(one for one in workspace.library.controls if one.id in judged),
        threshold=Severity(report["threshold"]) if report["threshold"] else None,
    )


def _intact(workspace: Workspace, told: _Told) -> tuple[set[str], tuple[str, ...]]:
    """Return the manifests that are what they were in the run, and what is to be said when some are not."""
    paths = [one["path"] for one in told.report["vendors"]]
    if told.sources is None:
        return set(paths), ()
    library = workspace.library
    now = {
        "policies": library.digest,
        "parameters": library.parameter_digest,
        "schemas": workspace.schemas.digest,
    }
    if any(told.report["provenance"][name] != digest for name, digest in now.items()):
        return set(), (_OTHER_RULES,)
    there = digests(workspace.root, paths)
    intact = {path for path in paths if there[path] == told.sources[path]}
    return intact, () if len(intact) == len(paths) else (_CHANGED,)


def _reading(workspace: Workspace, control: Control, readings: Mapping[str, Reading]) -> Reading:
    extending = [policy.package for policy in workspace.library.portfolio if policy.control == control.id]
    return merged([readings[name] for name in (control.package, *extending)])


def _forecast(setup: Setup, report: JsonObject, readings: Mapping[str, Reading], within: str, jobs: int) -> Forecast:
    horizon = Horizon(calendar.add(setup.as_of, within), readings)
    paths = [one["path"] for one in report["vendors"]]
    return forecast(setup, paths, Provenance(**report["provenance"]), horizon, jobs=jobs)


def _parameters(setup: Setup, readings: Mapping[str, Reading]) -> dict[str, tuple[site.Row, ...]]:
    judge = Judge(setup)
    try:
        ledger = Ledger(judge)
        return {
            name: tuple(_row(setup, value) for value in ledger.parameters(reading, _TIERS))
            for name, reading in readings.items()
        }
    finally:
        judge.close()


# The pages of the vendors


def _vendors(setup: Setup, made: site.Site, work: _Work, jobs: int) -> dict[str, tuple[str, str]]:
    """Write the page of every vendor, and return by manifest who answers for the vendor."""
    cases = list(made.cases())
    owners: dict[str, tuple[str, str]] = {}
    for some in pipeline.spread(partial(Judge, setup), pipeline.chunks(cases), partial(_write, work), jobs):
        owners |= some
    return owners


def _write(work: _Work, judge: Judge, cases: Sequence[site.Case]) -> dict[str, tuple[str, str]]:
    ledger = Ledger(judge)
    owners = {}
    for case in cases:
        path = case.vendor["path"]
        known = _known(work, ledger, case.vendor) if path in work.intact else None
        site.write(work.folder, f"vendors/{case.page}.html", site.vendor_page(work.shell, case, known))
        owners[path] = (known.owner, known.mail) if known else ("", "")
    return owners


def _known(work: _Work, ledger: Ledger, vendor: JsonObject) -> site.Known | None:
    """Return what the manifest says; None when it cannot be read."""
    document, _ = ledger.judge.load(vendor["path"])
    if document is None:
        return None
    leaf = ledger.open(document, vendor["tier"])
    owner = document.data["metadata"].get("owner", {})
    told = (owner.get("name", ""), owner.get("role", "").replace("_", " "))
    return site.Known(
        owner=", ".join(filter(None, told)),
        mail=owner.get("email", ""),
        basis=dict(_bases(work, leaf, vendor)),
        evidence=tuple(_evidence(leaf)),
        due=tuple(_due(leaf)),
    )


def _bases(work: _Work, leaf: Leaf, vendor: JsonObject) -> Iterator[tuple[str, site.Basis]]:
    """Yield for each control that applies what it had before it; what that was held against, where it is not met."""
    setup = leaf.ledger.judge.setup
    for result in vendor["results"]:
        settled = result["status"] in _SETTLED and not result["findings"]
        reading = work.readings.get(result["control"])
        if reading is None or result["status"] == Status.NOT_APPLICABLE or (settled and not work.every):
            continue
        if settled:
            values = tuple(_row(setup, value) for value in leaf.fields(reading))
            yield result["control"], site.Basis(values)
            continue
        basis = leaf.basis(reading)
        yield (
            result["control"],
            site.Basis(
                values=tuple(_row(setup, value) for value in basis.fields),
                absent=basis.absent,
                derived=tuple(site.Row(name, _short(value)) for name, value in basis.facts),
                held=tuple(_row(setup, value) for value in basis.parameters),
                spans=tuple(f"{one.period} back to {one.back}, ahead to {one.ahead}" for one in basis.spans),
            ),
        )


def _evidence(leaf: Leaf) -> Iterator[site.Proof]:
    states = leaf.derived["evidence"]["files"]
    for name, proof in leaf.document.data.get("evidence", {}).items():
        yield site.Proof(
            id=name,
            kind=proof.get("type", ""),
            issuer=proof.get("issuer", ""),
            issued=proof.get("issued", ""),
            expires=proof.get("expires", ""),
            file=proof.get("path", ""),
            state=states.get(name, "unknown"),
            place=leaf.document.locate_key(("evidence", name)),
        )


def _due(leaf: Leaf) -> Iterator[site.Row]:
    """Yield the dates to come of a manifest: what falls due by a period in it, and what it dates itself."""
    judge, document = leaf.ledger.judge, leaf.document
    found = {tuple(name.split(".")): day for name, day in leaf.derived["due"].items()}
    keys: tuple[Any, ...]
    rows = [site.Row(f"{'.'.join(keys)} is due again", day, document.locate(keys)) for keys, day in found.items()]
    for date in leaf.derived["attestation"]["later_dates"]:
        keys = tuple(date["path"])
        rows.append(site.Row(judge.schemas.subject(document.data, keys), date["date"], document.locate(keys)))
    today = judge.setup.as_of.isoformat()
    yield from sorted((row for row in rows if row.text > today), key=lambda row: (row.text, row.name))


def _row(setup: Setup, value: Value) -> site.Row:
    path = value.location.path.removeprefix(f"{setup.root}/")
    place = Location(path, value.location.line, value.location.column)
    if path.startswith("/"):
        shipped = path.removeprefix(f"{shipped_directory()}/")
        return site.Row(f"{value.name} ({shipped}:{place.line}, shipped)", _short(value.value))
    return site.Row(value.name, _short(value.value), place)


def _short(value: Json) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
