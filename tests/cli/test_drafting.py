"""`checker vendor new` and `vendor sign`: files that people go on with, and that the checker takes."""

import json
import os
import pty
import subprocess
import sys

import pytest

from checker import documents
from tests.cases import tables
from tests.cli.program import ROOT, checker, repository
from tests.review.world import VENDOR

DAY = ("--as-of", tables.TODAY)
FILE = "vendor_manifests/acme-payroll.yaml"
ANSWERS = {
    "--legal-name": "Acme: Payroll, Ltd #1",
    "--service": "payroll",
    "--function": "supporting",
    "--tier": "high",
    "--regime": "gdpr",
    "--region": "EEA",
    "--category": "personal_financial",
    "--country": "PL",
    "--start": "2027-02-01",
}
SIGNER = ("--name", "Eva Nowak", "--role", "chief_executive_officer", "--email", "e.nowak@acme.example")


def new(place, *more, vendor="acme-payroll", **changes):
    answers = {**ANSWERS, **{f"--{name.replace('_', '-')}": value for name, value in changes.items()}}
    given = [text for pair in answers.items() if pair[1] is not None for text in pair]
    return checker("vendor", "new", vendor, *DAY, *given, *more, cwd=place)


def load(place, file=FILE):
    loaded = documents.load(file, (place / file).read_bytes())
    assert loaded.problems == ()
    return loaded.document.data


def test_a_new_vendor_is_valid_and_blocks_nothing(tmp_path):
    done = new(tmp_path, "--owner", "Anna Lind <a.lind@client.example>")
    assert done.code == 0, done.err
    data = load(tmp_path)
    assert data["metadata"]["legal_name"] == ANSWERS["--legal-name"]
    assert data["metadata"]["owner"] == {"name": "Anna Lind", "email": "a.lind@client.example"}
    assert data["contract"] == {"effective": "2027-02-01"}
    judged = checker("check", *DAY, cwd=tmp_path)
    assert judged.code == 0, judged.out
    assert "passes with warnings" in judged.out


def test_every_hint_may_be_taken_as_it_stands(tmp_path):
    """Without the `#` the file is a manifest with every field, and neither reader nor schema find fault."""
    new(tmp_path)
    lines = (tmp_path / FILE).read_text().splitlines()
    assert all(len(line) <= 120 for line in lines)
    opened = [line[2:] if number > 2 and line.startswith("# ") else line for number, line in enumerate(lines)]
    (tmp_path / FILE).write_text("\n".join(opened) + "\n")
    data = load(tmp_path)
    fields = json.loads((ROOT / "schemas/vendor-manifest.schema.json").read_text())["properties"]
    assert set(data) == set(fields)
    done = checker("check", *DAY, "--output", "json", cwd=tmp_path)
    problems = [one for vendor in json.loads(done.out)["vendors"] for one in vendor["problems"]]
    assert [one["message"] for one in problems if one["rule"].startswith(("yaml.", "schema."))] == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"service": "payrol"}, "did you mean `payroll`"),
        ({"tier": "hi"}, "`hi` is not possible"),
        ({"country": "Poland"}, "`Poland` is not possible"),
        ({"start": "2026-11-22"}, "is not ahead"),
        ({"start": "soon"}, "is no date"),
        ({"service": None, "region": None}, "--service, --region must be given"),
        ({"legal_name": ""}, "an answer is empty"),
        ({"owner": "Anna"}, "no name with an address"),
        ({"vendor": "Acme Payroll"}, "no id of a vendor"),
        ({"vendor": "../acme"}, "no id of a vendor"),
    ],
)
def test_a_wrong_answer_writes_nothing(tmp_path, changes, message):
    done = new(tmp_path, **changes)
    assert (done.code, message in done.err) == (2, True), done.err
    assert not (tmp_path / "vendor_manifests").exists()


def test_what_is_there_is_never_overwritten(tmp_path):
    new(tmp_path)
    before = (tmp_path / FILE).read_bytes()
    done = new(tmp_path, legal_name="Other")
    assert (done.code, "is there already" in done.err) == (2, True)
    assert (tmp_path / FILE).read_bytes() == before


def test_none_is_an_answer(tmp_path):
    assert new(tmp_path, regime="none", region="none", category="none").code == 0
    assert load(tmp_path)["scope"]["data"] == []


def test_in_a_terminal_it_asks_and_asks_again(tmp_path):
    ours, theirs = pty.openpty()
    answers = ["Acme Ltd", "payrol", "payroll", "supporting", "low", "none", "EEA, GB", "none", "PL", "2027-02-01"]
    os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
    command = [sys.executable, "-m", "checker", "vendor", "new", "acme-payroll", *DAY]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, stdin=theirs, capture_output=True, check=False, timeout=60
    )
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 0, done.stderr
    assert b"did you mean `payroll`?" in done.stdout
    assert load(tmp_path)["scope"]["data_subject_regions"] == ["EEA", "GB"]


def test_a_sign_off_is_added_and_renewed(tmp_path):
    new(tmp_path)
    before = (tmp_path / FILE).read_text()
    done = checker("vendor", "sign", "acme-payroll", *SIGNER, "--statement-version", "2", *DAY, cwd=tmp_path)
    assert done.code == 0, done.err
    text = (tmp_path / FILE).read_text()
    assert text.startswith(before)
    assert load(tmp_path)["attestation"]["valid_until"] == "2027-11-22"
    assert "GR-05.missing" not in checker("check", *DAY, cwd=tmp_path).out

    edited = text.replace("  name: Eva Nowak", "  name: Eva Nowak   # the new one").replace(
        "country: PL", "country: CZ"
    )
    (tmp_path / FILE).write_text(edited)
    later = ("--as-of", "2026-12-01", "--valid-until", "2027-06-30")
    assert checker("vendor", "sign", "acme-payroll", *later, cwd=tmp_path).code == 0
    changed = [
        line
        for line, other in zip(edited.splitlines(), (tmp_path / FILE).read_text().splitlines(), strict=True)
        if line != other
    ]
    assert [line.split(":")[0].strip() for line in changed] == ["date", "valid_until", "digest"]
    assert "# the new one" in (tmp_path / FILE).read_text()


def test_the_digest_is_the_one_that_the_policy_asks_for(tmp_path):
    place = repository(tmp_path)
    manifest = tables.base()
    manifest["encryption"]["in_transit"]["file_transfer"] = ["https"]
    file = place / f"vendor_manifests/{VENDOR}.yaml"
    file.write_text(documents.dump(manifest))
    assert "GR-05.digest_mismatch" in checker("check", *DAY, cwd=place).out
    assert checker("vendor", "sign", VENDOR, *DAY, "--dry-run", cwd=place).code == 0
    assert "GR-05.digest_mismatch" in checker("check", *DAY, cwd=place).out
    assert checker("vendor", "sign", VENDOR, *DAY, cwd=place).code == 0
    assert checker("check", *DAY, cwd=place).code == 0


@pytest.mark.parametrize(
    ("options", "edit", "message"),
    [
        ((), "", "--name, --role, --email, --statement-version must be given"),
        ((*SIGNER, "--statement-version", "2"), "attestation: {name: Eva}\n", "cannot be edited line by line"),
        ((*SIGNER, "--statement-version", "2", "--valid-until", "never"), "", "is no date"),
        (("--name", "Eva", "--role", "C E O", "--email", "x", "--statement-version", "2"), "", "attestation."),
    ],
)
def test_what_cannot_be_signed_is_left_alone(tmp_path, options, edit, message):
    new(tmp_path)
    with (tmp_path / FILE).open("a") as file:
        file.write(edit)
    before = (tmp_path / FILE).read_bytes()
    done = checker("vendor", "sign", "acme-payroll", *DAY, *options, cwd=tmp_path)
    assert (done.code, message in done.err) == (2, True), done.err
    assert (tmp_path / FILE).read_bytes() == before
