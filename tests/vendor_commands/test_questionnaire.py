"""`checker vendor questionnaire`: what to ask, and answers that change their own lines and no others."""

import csv
import difflib
import io
import json

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from checker import documents
from checker.errors import UsageError
from checker.questionnaire import Answer, read_reply, take
from checker.questionnaire.fields import keys_of, written
from tests.cases import tables
from tests.cli.program import checker, repository
from tests.loader.test_properties import DATA, KEYS, has_hidden
from tests.review.world import VENDOR
from tests.schema.material import schemas

DAY = ("--as-of", tables.TODAY)
FILE = f"vendor_manifests/{VENDOR}.yaml"
COMMAND = ("vendor", "questionnaire", VENDOR, *DAY)
SCHEMAS = schemas()


@pytest.fixture
def place(tmp_path):
    """Return a repository whose vendor has left some things open, in a file with comments."""
    made = repository(tmp_path)
    manifest = tables.base()
    del manifest["data_protection"]["ropa"]["reviewed_on"]
    del manifest["incident"]["notification"]["starts_from"]
    del manifest["continuity"]["bcp"]
    del manifest["metadata"]["register_ref"]
    manifest["incident"]["notification"]["initial"] = "PT96H"
    text = documents.dump(manifest).replace("incident:\n", "incident:   # who is told, and when\n")
    (made / FILE).write_text(f"# kept by the vendor manager\n{text}# the end\n")
    return made


def asked(place, *options):
    done = checker(*COMMAND, "--output", "csv", *options, cwd=place)
    assert done.code == 0, done.err
    return list(csv.DictReader(io.StringIO(done.out.removeprefix("\ufeff")))), done.err


def filled(rows, answers, file):
    """Write the rows as a spreadsheet would in a German office."""
    assert set(answers) <= {row["field"] for row in rows}
    with file.open("w", encoding="cp1252", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows({**row, "answer": answers.get(row["field"], "")} for row in rows)


def changed_lines(before, after):
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line[0] + line[2:] for line in lines if line[0] in "+-"]


def test_from_questions_to_answers_to_a_new_sign_off(place):
    rows, told = asked(place)
    by_field = {row["field"]: row for row in rows}
    assert "register_ref" not in " ".join(by_field)
    assert "for us, which --ours lists" in told
    ropa = by_field["data_protection.ropa.reviewed_on"]
    assert ropa["question"].endswith("Please give the day on which the record was last gone through.")
    assert ropa["kind of answer"] == "a date as YYYY-MM-DD"
    assert ropa["due"] == "2026-12-06"
    assert "GDPR" in ropa["why"]
    assert by_field["incident.notification.initial"]["present value"] == "PT96H"
    answers = {
        "data_protection.ropa.reviewed_on": "01.06.2026",
        "incident.notification.starts_from": "Awareness",
        "incident.notification.initial": "24 hours",
        "continuity.bcp.rto": "PT4H",
        "continuity.bcp.rpo": "1 hour",
        "continuity.bcp.last_tested": "2026-04-22",
        "continuity.bcp.result": "sort of",
        "continuity.bcp.sites": "2",
    }
    filled(rows, answers, place / "answers.csv")
    before = (place / FILE).read_text()
    looked = checker(*COMMAND, "--answers", "answers.csv", cwd=place)
    assert (looked.code, (place / FILE).read_text()) == (1, before)
    row = 2 + [each["field"] for each in rows].index("continuity.bcp.result")
    assert f'answers.csv: row {row}, `continuity.bcp.result`: "sort of" is not known here' in looked.out
    assert "+  ropa: {reviewed_on: 2026-06-01}" in looked.out
    assert "7 answers taken, 1 not taken" in looked.out
    assert "nothing is written" in looked.out
    done = checker(*COMMAND, "--answers", "answers.csv", "--write", cwd=place)
    assert (done.code, "have it sign off: `checker vendor sign" in done.out) == (1, True), done.out
    after = (place / FILE).read_text()
    assert changed_lines(before, after) == [
        "-  ropa: {}",
        "+  ropa: {reviewed_on: 2026-06-01}",
        "+  bcp:",
        "+    rto: PT4H",
        "+    rpo: PT1H",
        "+    last_tested: 2026-04-22",
        "+    sites: 2",
        "-    initial: PT96H",
        "+    initial: PT24H",
        "+    starts_from: awareness",
    ]
    judged = checker("check", *DAY, "--only", "GR-05,IN-01", cwd=place)
    assert "GR-05.digest_mismatch" in judged.out
    assert "IN-01." not in judged.out
    assert checker("vendor", "sign", VENDOR, *DAY, cwd=place).code == 0
    again = checker(*COMMAND, "--answers", "answers.csv", "--write", cwd=place)
    assert "0 answers taken, 7 as it was, 1 not taken" in again.out


def test_what_is_ours_is_listed_apart_and_answered_apart(place):
    rows, _ = asked(place, "--ours", "--only", "GR-01")
    assert [row["field"] for row in rows] == ["metadata.register_ref"]
    filled(rows, {"metadata.register_ref": "ROI-2026-7"}, place / "ours.csv")
    theirs = checker(*COMMAND, "--answers", "ours.csv", cwd=place)
    assert (theirs.code, "is the client's, and not asked here" in theirs.out) == (1, True)
    ours = checker(*COMMAND, "--ours", "--answers", "ours.csv", "--write", cwd=place)
    assert (ours.code, "sign" in ours.out) == (0, False), ours.out
    assert "register_ref: ROI-2026-7\n" in (place / FILE).read_text()


def test_what_lapses_is_asked_with_the_last_good_day(tmp_path):
    place = repository(tmp_path)
    near = {row["field"]: row["due"] for row in asked(place, "--within", "P1M")[0]}
    far = {row["field"]: row for row in asked(place, "--within", "P4M")[0]}
    assert set(near) < set(far)
    for row in far.values():
        day = row["why"].partition("from ")[2][:10]
        assert row["due"] < day <= "2027-03-22", row
    first = min(far.values(), key=lambda row: row["due"])
    judged = checker("check", "--as-of", first["due"], "--only", first["why"][:5], cwd=place)
    assert judged.code == 0, judged.out


def test_markdown_asks_the_same_and_reads_back_the_same(place):
    rows, _ = asked(place)
    done = checker(*COMMAND, "--output", "markdown:q.md", cwd=place)
    assert (done.code, done.out) == (0, "")
    text = (place / "q.md").read_text()
    headings = [line.partition("`")[2].rstrip("`") for line in text.split("\n") if line.startswith("### ")]
    assert headings == [row["field"] for row in rows]
    assert read_reply("q.md", text.encode()).answers == ()
    for field, answer in (
        ("incident.notification.starts_from", " confirmation"),
        ("data_protection.ropa.reviewed_on", "\n\n2026-06-01\n"),
    ):
        head, heading, tail = text.partition(f"`{field}`")
        text = head + heading + tail.replace("Answer:", f"Answer:{answer}", 1)
    (place / "q.md").write_text(text)
    taken = checker(*COMMAND, "--answers", "q.md", cwd=place)
    assert (taken.code, "2 answers taken" in taken.out) == (0, True), taken.out
    assert "+  ropa: {reviewed_on: 2026-06-01}" in taken.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--within", "soon"), "is no period"),
        (("--within", "P9Y"), "too far ahead"),
        (("--write",), "--write needs the answers"),
        (("--output", "markdwn"), "did you mean `markdown`?"),
        (("--answers", "nothing.csv"), "nothing.csv does not exist"),
        (("--profile", "startr"), "did you mean `starter`?"),
        (("--answer", "x.csv"), "did you mean `--answers`?"),
    ],
)
def test_typing_errors_suggest_the_right_word(tmp_path, options, words):
    done = checker(*COMMAND, *options, cwd=repository(tmp_path))
    assert (done.code, words in done.err) == (2, True), done.err


# ---------------------------------------------------------------- answers, one by one

TEXT = documents.dump(tables.base())
DOCUMENT = documents.load(FILE, TEXT.encode()).document


def taken(*pairs, ours=False, document=DOCUMENT):
    answers = [Answer(f"row {number}", field, text) for number, (field, text) in enumerate(pairs, 2)]
    return take(document, SCHEMAS, answers, ours=ours)


def data_after(result):
    loaded = documents.load(FILE, result.text.encode())
    assert loaded.problems == ()
    assert SCHEMAS.check(loaded.document, "VendorManifest") == ()
    return loaded.document.data


def test_new_items_stand_behind_the_others_without_gaps():
    result = taken(
        ("assurance.reports[+3].type", "iso_22301"),
        ("assurance.reports[+1].issuer", "First AG"),
        ("assurance.reports[+1].type", "ISO 27701"),
        ("assurance.reports[+3].issuer", "Third AG"),
        ("assurance.reports[+3].sites", "Cebu; Porto"),
    )
    assert result.refused == ()
    held = len(DOCUMENT.data["assurance"]["reports"])
    assert data_after(result)["assurance"]["reports"][held:] == [
        {"issuer": "First AG", "type": "iso_27701"},
        {"type": "iso_22301", "issuer": "Third AG", "sites": ["Cebu", "Porto"]},
    ]


def test_an_item_is_found_by_its_name_wherever_it_has_moved():
    parties = DOCUMENT.data["subcontracting"]["parties"]
    name = written(SCHEMAS, DOCUMENT.data, ("subcontracting", "parties", 0, "audit_rights"))
    turned = {**DOCUMENT.data, "subcontracting": {**DOCUMENT.data["subcontracting"], "parties": parties[::-1]}}
    document = documents.load(FILE, documents.dump(turned).encode()).document
    result = taken((name, "no"), document=document)
    assert data_after(result)["subcontracting"]["parties"][-1]["audit_rights"] is False


def test_none_empties_a_list_that_is_not_there():
    assert "enforcement" not in DOCUMENT.data["legal"]
    field = f"legal.enforcement[+1].{SCHEMAS.declared(('legal', 'enforcement', 0))['required'][0]}"
    assert data_after(taken((field, "None")))["legal"]["enforcement"] == []


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([("metadata.legal_name", "Mallory Ltd")], "is the client's"),
        ([("scope.risk_tier", "low")], "is the client's"),
        ([("attestation.digest", "0" * 64)], "is part of the sign-off"),
        ([("kind", "Waiver")], "is part of the sign-off or the head"),
        ([("evidence.ev-soc2.verified_by", "j.berg@client.example")], "is the client's"),
        ([("incident.notificaton.initial", "PT1H")], "there is no field"),
        ([("incident..initial", "PT1H")], "there is no field"),
        ([("subcontracting.parties[nobody].kind", "company")], "there is no field"),
        ([("../../etc/passwd", "x")], "there is no field"),
        ([("incident.notification.initial", "soon")], "does not have the right form"),
        ([("incident.client_in_exercise", "perhaps")], "neither yes nor no"),
        ([("incident.client_in_exercise", "yes"), ("incident.client_in_exercise", "no")], "as it was"),
        ([("access.mfa.coverage", "most")], "is not known here"),
        ([("access.mfa.coverage", "=cmd|calc")], "is a formula"),
        ([("access.authorised_headcount", "-1")], "at least 0"),
        ([("assurance.reports[+1].type", "iso_27701")], "`issuer` is missing"),
        ([("evidence.ev-x.path", "../../secret")], "right form"),
        ([("legal.obligations[+1].responsible", "Eve\u202e")], ""),
    ],
)
def test_what_cannot_be_taken_is_told_and_nothing_else_changes(pairs, words):
    try:
        result = taken(*pairs)
    except UsageError:
        assert words == ""
        return
    if words == "as it was":
        assert result.same + len(result.refused) + len(result.fields) == 2
        return
    assert [words in message for _, message, _ in result.refused] == [True] * len(result.refused)
    assert result.refused
    assert (result.text, result.fields) == (TEXT, ())


def test_good_answers_survive_bad_ones():
    result = taken(
        ("incident.notification.initial", "PT1H"),
        ("assurance.reports[+1].type", "iso_27701"),
        ("access.leaver_revocation", "whenever"),
        ("people.attrition_pct", "12.5"),
    )
    assert result.fields == ("incident.notification.initial", "people.attrition_pct")
    assert len(result.refused) == 2
    data = data_after(result)
    assert (data["incident"]["notification"]["initial"], data["people"]["attrition_pct"]) == ("PT1H", 12.5)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "vendor;field;answer\na;x;1\nb;y;2\n", "not about one vendor"),
        ("a.csv", "vendor;feld;answer\n", "did you mean `feld`?"),
        ("a.md", "# Shopping\n\nmilk\n", "holds no questionnaire"),
    ],
)
def test_a_file_that_is_no_questionnaire(name, content, words):
    with pytest.raises(UsageError) as error:
        read_reply(name, content.encode())
    assert words in f"{error.value.message} {error.value.hint}"


def test_every_plain_field_is_found_by_its_name():
    def walk(node, keys):
        if isinstance(node, dict):
            for key, child in node.items():
                walk(child, (*keys, key))
        elif isinstance(node, list) and node and isinstance(node[0], dict):
            for index, child in enumerate(node):
                walk(child, (*keys, index))
        else:
            assert keys_of(SCHEMAS, DOCUMENT.data, written(SCHEMAS, DOCUMENT.data, keys)) == keys

    walk(DOCUMENT.data, ())


LEAF = st.booleans() | st.integers(-9, 9) | st.sampled_from(["x", "NO", "a: b # c", "2026-01-01", "'", '"', "- x", "é"])
VALUE = LEAF | st.lists(LEAF, max_size=3, unique_by=str)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DATA, st.lists(st.tuples(st.lists(KEYS, min_size=1, max_size=3), VALUE), min_size=1, max_size=3), st.booleans())
def test_changes_leave_every_other_line_alone(data, changes, flow):
    """Each line of the old text is in the new one, in order, but for those of values that were replaced."""
    assume(data)
    text = json.dumps(data, ensure_ascii=False, indent=1) if flow else documents.dump(data)
    text = "\n".join(f"{line}" for line in text.split("\n")) + "\n# the end\n"
    assume(not has_hidden(text))
    loaded = documents.load("v", text.encode())
    assume(loaded.document is not None and loaded.document.data == data)
    added = [(tuple(keys), value) for keys, value in changes if not _reaches(data, keys)]
    assume(added and len({keys[0] for keys, _ in added}) == len(added))
    try:
        made = documents.edited("v", text.encode(), data, added)
    except UsageError:
        assert flow or any(not isinstance(child, dict) for keys, _ in added for child in _way(data, keys))
        return
    again = documents.load("v", made.encode()).document.data
    for keys, value in added:
        node = again
        for key in keys:
            node = node[key]
        assert node == value
    if not flow:
        rest = iter(made.split("\n"))
        assert all(line in rest for line in text.split("\n") if not line.rstrip().endswith(("{}", "[]")))


def _way(data, keys):
    node = data
    for key in keys[:-1]:
        if not isinstance(node, dict) or key not in node:
            return
        node = node[key]
        yield node


def _reaches(data, keys):
    node = data
    for key in keys:
        if not isinstance(node, dict) or key not in node:
            return False
        node = node[key]
    return True
