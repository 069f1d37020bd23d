"""What a change of the rules can reach: never less than what it does change, and the rest is not asked again."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from checker import calendar, documents
from checker.catalogue import shelf
from checker.catalogue.reading import Reading
from checker.engine import Fault
from checker.judge import Judge
from checker.library import COMMITTED
from checker.review.pair import Pair
from checker.review.reach import reached
from checker.review.sides import open_sides
from tests.cases import tables
from tests.cli.program import ROOT, write
from tests.review import world

LIBRARY = tables.library()
PERIODS = sorted(set(calendar.periods_in(LIBRARY.parameters)))
EN_01 = "controls.encryption.in_transit"


@pytest.fixture(scope="module")
def before():
    """Return what the demo vendors and the examples are judged by; every period stays known whatever is changed."""
    parameters = {**LIBRARY.parameters, "spare": {"periods": PERIODS}}
    setup = tables.judge(tables.TODAY).setup
    return replace(setup, root=ROOT, library=replace(LIBRARY, parameters=parameters))


def with_parameters(setup, **files):
    parameters = {**setup.library.parameters, **files}
    return replace(setup, library=replace(setup.library, parameters=parameters))


def with_sources(setup, **files):
    sources = {**setup.library.sources, **{path.replace("__", "/"): text for path, text in files.items()}}
    return replace(setup, library=replace(setup.library, sources=sources))


def with_crypto(setup, **tls):
    crypto = setup.library.parameters["crypto"]
    return with_parameters(setup, crypto={**crypto, "tls": {**crypto["tls"], **tls}})


def read():
    return shelf.shipped_readings(LIBRARY, COMMITTED)


def manifests():
    folders = (ROOT / "vendor_manifests", ROOT / "examples")
    return [file.relative_to(ROOT).as_posix() for folder in folders for file in sorted(folder.glob("*.yaml"))]


def other(value):
    """Return another value of the same type, in lists and maps for each member."""
    if isinstance(value, dict):
        return {key: other(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [other(inner) for inner in value[1:]]
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1 if value < 2 else value // 3
    if isinstance(value, str) and value in PERIODS:
        return PERIODS[(PERIODS.index(value) + 7) % len(PERIODS)]
    return f"{value}-x" if isinstance(value, str) else value


def changes():
    return [
        pytest.param(name, key, id=f"{name}.{key}")
        for name, values in LIBRARY.parameters.items()
        for key, value in values.items()
        if other(value) != value
    ]


@pytest.fixture(scope="module")
def inputs(before):
    """Return what the policies see of each sound manifest, and what they say of it."""
    judge = Judge(before)
    made = [case.made for case in map(judge.open, manifests()) if isinstance(case.made, dict)]
    assert len(made) > 18
    yield judge, made, judge.engine.evaluate(made)
    judge.close()


@pytest.mark.parametrize(("name", "key"), changes())
def test_no_control_says_something_else_that_the_change_does_not_reach(before, inputs, name, key):
    judge, made, verdicts = inputs
    values = before.library.parameters[name]
    after = with_parameters(before, **{name: {**values, key: other(values[key])}})
    judge.engine.use(after.data)
    differing = set()
    for was, now in zip(verdicts, judge.engine.evaluate(made), strict=True):
        assert not isinstance(was, Fault)
        if not isinstance(now, Fault):
            differing |= {package for package, said in now.controls.items() if said != was.controls[package]}
    assert differing <= reached(before, after, read)


def test_a_parameter_reaches_what_reads_it(before):
    assert reached(before, with_crypto(before, allowed=["1.3"]), read) == {EN_01}
    assert (
        reached(before, with_parameters(before, crypto={**LIBRARY.parameters["crypto"], "owner": "x"}), read) == set()
    )
    assert reached(before, before, None) == set(), "nobody is asked when nothing changes"


@pytest.mark.parametrize(
    "after",
    [
        lambda one: with_crypto(one, new=["1.3"]),
        lambda one: with_parameters(one, mine={"x": 1}),
        lambda one: with_sources(one, lib__dates__dates__rego=b"package lib.dates\n"),
        lambda one: with_sources(one, **{"main/main.rego": b"package main\n"}),
        lambda one: replace(one, engine_settings=replace(one.engine_settings, timeout_s=1.0)),
        lambda one: with_parameters(one, spare={"periods": [*PERIODS, "P17M"]}),
    ],
    ids=["new key", "new file", "library", "main", "limits", "period"],
)
def test_some_changes_reach_everything(before, after):
    assert reached(before, after(before), read) == LIBRARY.packages


def test_a_policy_reaches_itself_and_what_counts_its_findings(before):
    path = "controls/data_handling/confidentiality_and_ip/confidentiality_and_ip.rego"
    after = with_sources(before, **{path: LIBRARY.sources[path] + b"\n"})
    name = "controls.data_handling"
    assert reached(before, after, read) == {f"{name}.confidentiality_and_ip", f"{name}.trade_secrets"}
    apart = with_sources(before, **{"portfolio/concentration/concentration.rego": b"package portfolio.x\n"})
    assert reached(before, apart, read) == set()


def test_what_is_not_known_is_reached(before):
    after = with_crypto(before, allowed=["1.3"])
    known = {package: one for package, one in read().items() if package != "controls.people.labour"}
    assert reached(before, after, lambda: known) == {EN_01, "controls.people.labour"}
    astray = replace(read()["controls.legal.software_licences"], hangs_on=None)
    known = read() | {"controls.legal.software_licences": astray}
    assert reached(before, after, lambda: known) == {EN_01, "controls.legal.software_licences"}


def test_records_of_other_policies_are_not_believed(before):
    assert isinstance(read()[EN_01], Reading)
    changed = with_sources(before, **{"lib/dates/dates.rego": b"package lib.dates\n"}).library
    assert shelf.shipped_readings(changed, COMMITTED) == {}
    more = with_sources(before, **{"controls/mine/own/own.rego": b"package controls.mine.own\n"}).library
    assert shelf.shipped_readings(more, COMMITTED) == read(), "an organisation's own beside them change nothing"
    assert shelf.shipped_readings(LIBRARY, Path("nowhere")) == {}


def each_alone(setup, paths):
    judge = Judge(setup)
    try:
        return judge.survey(paths, ("subcontracting", "scope", "metadata"))
    finally:
        judge.close()


@pytest.mark.parametrize(
    "change",
    [
        lambda one: with_crypto(one, allowed=["1.3"]),
        lambda one: with_parameters(one, thresholds=other(one.library.parameters["thresholds"])),
        lambda one: with_parameters(one, licences={**one.library.parameters["licences"], "registered": {}}),
        lambda one: with_parameters(one, tiers={**one.library.parameters["tiers"], "rank": {"low": 4}}),
        lambda one: replace(one, controls=one.controls[5:]),
        lambda one: replace(one, limits=documents.Limits(max_bytes=9_000)),
        lambda one: one,
    ],
    ids=["one control", "all thresholds", "enumeration", "tier", "selection", "limits", "nothing"],
)
def test_two_judges_say_what_each_says_alone(before, change):
    after = change(before)
    pair = Pair(before, after, reached(before, after, read))
    try:
        both = pair.survey(manifests())
    finally:
        pair.close()
    for number, setup in enumerate((before, after)):
        alone = each_alone(setup, manifests())
        assert [one[number][0] for one in both] == [assessment for assessment, _ in alone]


class Failing:
    """An engine that judges nothing."""

    def evaluate(self, inputs):
        return [Fault("timeout", "too slow") for _ in inputs]

    def close(self):
        pass


def test_a_fault_before_hides_nothing_after(before):
    pair = Pair(before, before, frozenset())
    pair._before.engine = Failing()
    try:
        ((was, _), (now, _)), *_ = pair.survey(manifests())
    finally:
        pair.close()
    assert {finding.rule for finding in was.problems} == {"engine.timeout"}
    assert now == each_alone(before, manifests()[:1])[0][0]


ODD = {
    "sound": "access-review.txt",
    "changed": "changed.txt",
    "below": "more/plan.txt",
    "roundabout": "./more//plan.txt",
    "absent": "absent.txt",
    "link": "link.txt",
    "folder": "more",
    "large": "large.bin",
    "executable": "run.sh",
}


@pytest.mark.parametrize("committed", [True, False])
def test_evidence_in_git_is_what_it_is_on_disk(tmp_path, monkeypatch, committed):
    monkeypatch.setattr("checker.sources.MAX_EVIDENCE_BYTES", 5_000)
    place = world.World(tmp_path / "repository")
    home = place.place / world.EVIDENCE
    (home / "more").mkdir()
    files = {"changed.txt": "new", "more/plan.txt": "plan", "large.bin": "x" * 5_001, "run.sh": "run"}
    for name, text in files.items():
        (home / name).write_text(text)
    (home / "run.sh").chmod(0o755)
    (home / "link.txt").symlink_to("changed.txt")
    (home / "access-review.txt").write_text("plan")
    sums = {"changed.txt": "old", "run.sh": "run", "link.txt": "new"}
    manifest = place.manifest()
    manifest["evidence"] = {
        name: {"title": name, "path": file, "sha256": hashlib.sha256(sums.get(file, "plan").encode()).hexdigest()}
        for name, file in ODD.items()
    }
    write(place.place, manifest)
    if committed:
        place.commit()
    sides = open_sides(place.place, tmp_path, "main", "main" if committed else None)
    known = sides.evidence(sides.head, [world.MANIFEST])
    setup = replace(tables.judge(tables.TODAY).setup, root=place.place)
    on_disk, in_git = (Judge(replace(setup, evidence=one)) for one in (None, known))
    document = documents.Document(world.MANIFEST, manifest, b"")
    states = on_disk.input(document)["derived"]["evidence"]["files"]
    assert in_git.input(document)["derived"]["evidence"]["files"] == states
    expected = {"changed": "mismatch", "absent": "missing", "link": "outside", "folder": "unreadable"}
    assert states == dict.fromkeys(ODD, "match") | expected | {"large": "unreadable"}
