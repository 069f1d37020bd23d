"""`checker forecast` as its users run it: every format, what is refused, and what an unreadable manifest does."""

import csv
import io
import json

import icalendar
import jsonschema_rs
import pytest
from markdown_it import MarkdownIt

from checker.commands.schema import OUTPUTS
from tests.cases import tables
from tests.cli.program import ROOT, checker, repository, write

TODAY = "2026-11-22"
SCHEMA = json.loads((ROOT / "schemas" / OUTPUTS["forecast"]).read_text("utf-8"))
# In the base manifest: meetings every month, the last on 2026-11-03; parties are screened every month, on 2026-11-10.
ONLY = ("--only", "GR-04,LL-03")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Return a repository of one vendor that passes everything."""
    return repository(tmp_path_factory.mktemp("ahead"))


def ahead(place, *arguments, within="P40D"):
    return checker("forecast", "--as-of", TODAY, "--within", within, "--jobs", 1, *arguments, cwd=place)


def test_all_formats_come_from_one_forecast(place):
    outputs = [f"--output={name}:out.{name}" for name in ("json", "markdown", "csv", "ics")]
    done = ahead(place, *ONLY, "--output", "text", *outputs)
    assert done.code == 0, done
    told = json.loads((place / "out.json").read_text())
    jsonschema_rs.validator_for(SCHEMA).validate(told)
    rows = [(one["day"], one["control"], one["blocks"]) for one in told["lapses"]]
    assert rows == sorted(rows)
    assert {control for _, control, _ in rows} == {"GR-04", "LL-03"}
    first, *_ = told["lapses"]
    assert first["owner"] == "a.lind@client.example"
    assert first["causes"][0]["path"].startswith("vendor_manifests/halcyon-support.yaml")

    lines = done.out.splitlines()
    assert lines[0] == f"Forecast from {TODAY} to 2027-01-01, 40 days: 1 vendor"
    assert lines[1].startswith(f"2 controls come to fail, {sum(one['blocks'] for one in told['lapses'])} of them will")
    assert [line[:10] for line in lines if line.startswith("2026-")] == sorted({day for day, _, _ in rows})

    table = list(csv.DictReader(io.StringIO((place / "out.csv").read_text())))
    assert [(row["day"], row["control"], row["blocks"] == "yes") for row in table] == rows

    events = icalendar.Calendar.from_ical((place / "out.ics").read_bytes()).walk("VEVENT")
    assert [(str(event.decoded("dtstart")), str(event["uid"])) for event in events] == [
        (day, f"halcyon-support.{control.lower()}@vendorpolicy.invalid") for day, control, _ in rows
    ]
    assert [bool(event.walk("VALARM")) for event in events] == [blocks for _, _, blocks in rows]
    assert all(len(line) <= 75 for line in (place / "out.ics").read_bytes().split(b"\r\n"))

    html = MarkdownIt("commonmark").enable("table").render((place / "out.markdown").read_text())
    assert html.count("<tr>") == len(rows) + 1


def test_a_renewal_moves_the_event_and_keeps_its_uid(tmp_path):
    place = repository(tmp_path)
    before = ahead(place, *ONLY, "--output", "ics").out
    manifest = tables.base()
    manifest["communication"]["last_meeting"] = "2026-11-20"
    write(place, manifest)
    after = ahead(place, *ONLY, "--output", "ics").out

    def events(text):
        found = icalendar.Calendar.from_ical(text).walk("VEVENT")
        return {str(event["uid"]): str(event.decoded("dtstart")) for event in found}

    assert events(before)["halcyon-support.gr-04@vendorpolicy.invalid"] == "2026-12-04"
    assert events(after)["halcyon-support.gr-04@vendorpolicy.invalid"] == "2026-12-21"


def test_equal_forecasts_are_equal_bytes_and_processes_do_not_matter(tmp_path):
    place = repository(tmp_path)
    for number in range(3):
        manifest = tables.base()
        manifest["metadata"]["id"] = f"vendor-{number}"
        write(place, manifest)
    one, two = (
        checker("forecast", "--as-of", TODAY, *ONLY, "--jobs", jobs, "--output", "json", cwd=place) for jobs in (1, 2)
    )
    assert (one.code, one.out) == (0, two.out)


def test_only_what_blocks(place):
    done = ahead(place, "--blocking", "--output", "json", within="P60D")
    lapses = json.loads(done.out)["lapses"]
    assert lapses
    assert all(one["blocks"] for one in lapses)


def test_a_manifest_that_cannot_be_read_is_told_and_fails(tmp_path):
    place = repository(tmp_path)
    (place / "vendor_manifests" / "broken.yaml").write_text("a: [")
    done = ahead(place, *ONLY)
    assert done.code == 1
    assert "not judged: vendor_manifests/broken.yaml:1:" in done.out
    assert "halcyon-support  GR-04" in done.out


def test_parameters_whose_review_falls_due_are_told(place):
    told = json.loads(ahead(place, *ONLY, "--output", "json", within="P13M").out)
    due = {one["finding"]["subject"]: one["day"] for one in told["reviews"]}
    assert due["parameters[concentration].review_by"] == "2027-11-02"


def test_a_waiver_that_lapses_is_the_cause():
    done = checker("forecast", "--as-of", TODAY, "--only", "EN-01", "--output", "json", cwd=ROOT)
    (lapse,) = [one for one in json.loads(done.out)["lapses"] if one["vendor"] == "sollbruck-collections"]
    assert (lapse["day"], lapse["causes"][0]["path"].endswith("W-2026-022.yaml")) == ("2026-12-15", True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--within", "90d"], "`90d` is no period"),
        (["--within", "PT4H"], "`PT4H` is no period"),
        (["--within", "P90Y"], "too far"),
        (["--only", "XX-99"], "no control or family `XX-99`"),
        (["--output", "html"], "no output format `html`"),
        (["--wihtin", "P9D"], "did you mean `--within`?"),
    ],
)
def test_what_is_wrong_is_told(place, arguments, message):
    done = checker("forecast", *arguments, cwd=place)
    assert (done.code, message in done.err) == (2, True), done


def test_hostile_text_is_told_as_text(tmp_path):
    place = repository(tmp_path)
    manifest = tables.base()
    manifest["metadata"]["legal_name"] = "=1+1\x1b[31m <script>alert(1)</script> \u202e | `x` @all"
    write(place, manifest)
    text = ahead(place, *ONLY)
    assert "\x1b" not in text.out
    for name in ("markdown", "csv", "ics"):
        out = ahead(place, *ONLY, "--output", name).out
        assert "\x1b" not in out
        assert "\u202e" not in out
        if name == "markdown":
            assert "<script" not in out
        if name == "csv":
            assert "\n=1" not in out
            assert ",=1" not in out
