"""`checker vendor fix`: what is written badly is mended, what it says stays, and what is doubtful is left alone."""

import json
import os
import random
import re

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from checker import documents
from checker.documents import DEFAULT_LIMITS
from checker.documents.layout import meaning
from tests.cases import tables
from tests.cli.program import checker, repository
from tests.loader.test_properties import DATA, PIECES, has_hidden
from tests.review.world import VENDOR

FILE = f"vendor_manifests/{VENDOR}.yaml"
DAY = ("--as-of", tables.TODAY)


def tidied(content):
    return documents.tidied(content.encode(), DEFAULT_LIMITS)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\ufeffa: 1\n", "a: 1\n"),
        ("a: 1\r\nb: 2\r\n", "a: 1\nb: 2\n"),
        ("a: 1\rb: 2\r", "a: 1\nb: 2\n"),
        ("a: 1  \n\t\n# x \t\n", "a: 1\n\n# x\n"),
        ("a: 1", "a: 1\n"),
        ("a: 1\n\n\n", "a: 1\n"),
        ("a:\t1\t# one\ttab\n", "a: 1 # one tab\n"),
        ("a:\n\tb: 1\n\tc:\n\t\t- x\n", "a:\n  b: 1\n  c:\n    - x\n"),
        ("a: NO # Norway\n", 'a: "NO" # Norway\n'),
        ("on: [12:30, 1_000, off]\n", '"on": ["12:30", "1_000", "off"]\n'),
        ("- a\n", "- a\n"),
        # What is part of a value, or may be, stays.
        ("a: 'x\ty'\n", "a: 'x\ty'\n"),
        ("a: x\ty\n", "a: x\ty\n"),
        ("a:\n\tb: 1\n  c: 2\n", "a:\n\tb: 1\n  c: 2\n"),
        ("a: |\n  x  \n  y\n", "a: |\n  x  \n  y\n"),
        ("a: |+\n  x\n\n\n", "a: |+\n  x\n\n\n"),
        ("a: |\n  x", "a: |\n  x"),
        ("a: 010\n", "a: 010\n"),
        ("a: yes\n", 'a: "yes"\n'),
        ("a: true\n", "a: true\n"),
        ('a: "NO"\n', 'a: "NO"\n'),
        ("a: [\n", "a: [\n"),
        ("a: 1\na: NO\n", "a: 1\na: NO\n"),
        ("", ""),
        ("# nothing  \n", "# nothing\n"),
    ],
)
def test_what_is_mended_and_what_stays(before, after):
    assert tidied(before).text == after
    assert tidied(after) == documents.tidied(after.encode(), DEFAULT_LIMITS)
    assert tidied(after).text == after


def test_more_of_a_kind_than_the_reader_lists():
    text = "".join(f"k{number}: NO\n" for number in range(70))
    assert tidied(text).text == text.replace("NO", '"NO"')


NOISE = st.lists(st.sampled_from(["bom", "crlf", "trailing", "comment", "end", "tab"]), unique=True)


def spoiled(content, noise, seed):
    """Write the same data badly: each of these changes nothing of what the text says."""
    pick = random.Random(seed)  # noqa: S311 - noise
    lines = content.split("\n")
    if "trailing" in noise:
        lines = [line + " " * pick.randrange(3) for line in lines]
    if "comment" in noise:
        lines = [each for line in lines for each in (["# a: comment  "] * pick.randrange(2) + [line])]
    if "tab" in noise:
        lines = [re.sub(r'^( *"[a-z]+":) ', "\\1\t", line) for line in lines]
    text = "\n".join(lines) + "\n" * ("end" in noise) * 3
    text = text.replace("\n", "\r\n") if "crlf" in noise else text
    return "\ufeff" + text if "bom" in noise else text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DATA, NOISE, st.integers(0, 99))
def test_the_same_data_whatever_the_noise(data, noise, seed):
    content = json.dumps(data, ensure_ascii=False, indent=1)
    assume(not has_hidden(content))
    made = tidied(spoiled(content, noise, seed)).text
    loaded = documents.load("v", made.encode())
    assert loaded.problems == () or not any(one.fatal for one in loaded.problems)
    assert json.dumps(loaded.document.data) == json.dumps(data)
    assert made.count("# a: comment") == spoiled(content, noise, seed).count("# a: comment")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*PIECES, "NO", "\r", "\ufeff", "  \n", "\t"]), max_size=16).map("".join))
@example("a:\tNO\r\n  # x \n")
@example("a: >\n x\n\n  y  \n")
@example("a: b\n \n  c\n")
def test_any_text_means_the_same_afterwards(text):
    done = tidied(text)
    before, after = documents.load("v", text.encode()), documents.load("v", done.text.encode())
    if before.document:
        assert after.document is not None
        assert json.dumps(after.document.data) == json.dumps(before.document.data)
    said = meaning(text.removeprefix("\ufeff"), DEFAULT_LIMITS)
    if said is not None:  # quotes apart, every value and comment is there as it was
        told = meaning(done.text, DEFAULT_LIMITS)
        assert [one[:2] for one in told] == [one[:2] for one in said]
    assert tidied(done.text).text == done.text


@pytest.fixture
def place(tmp_path):
    """Return a repository with one vendor, whose manifest is written as people do."""
    made = repository(tmp_path)
    (made / FILE).write_text(documents.dump(tables.base()))
    return made


def spoil(place, *changes, name=FILE):
    text = (place / name).read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (place / name).write_bytes(text.encode())
    return text


def test_check_and_diff_change_nothing(place):
    spoil(place, ("kind: VendorManifest\n", "kind: VendorManifest  \r\n"))
    before = (place / FILE).read_bytes()
    checked = checker("vendor", "fix", "--check", cwd=place)
    assert (checked.code, "1 file: 1 would change" in checked.out) == (1, True)
    shown = checker("vendor", "fix", "--diff", cwd=place)
    assert shown.code == 1
    assert f"--- a/{FILE}" in shown.out
    assert "-kind: VendorManifest  \\r\n+kind: VendorManifest\n" in shown.out
    assert (place / FILE).read_bytes() == before
    assert checker("vendor", "fix", cwd=place).code == 0
    assert checker("vendor", "fix", "--check", cwd=place).out == "1 file: 0 would change, 1 as written before\n"


def test_a_fixed_manifest_keeps_its_sign_off_and_its_verdict(place):
    spoil(place, ("kind: VendorManifest\n", "kind: VendorManifest\t# a comment\r\n"), ("scope:\n", "scope:  \n"))
    assert checker("check", *DAY, cwd=place).code == 1
    done = checker("vendor", "fix", FILE, cwd=place)
    assert done.code == 0, done.out
    assert "kind: VendorManifest # a comment\n" in (place / FILE).read_text()
    judged = checker("check", *DAY, cwd=place)
    assert (judged.code, "GR-05" in judged.out) == (0, False), judged.out


def test_numbers_are_quoted_where_only_text_may_stand(place):
    spoil(place, ("register_ref: ", "register_ref: 010   # was "), ("legal_name: ", "legal_name: 2.10   # was "))
    done = checker("vendor", "fix", cwd=place)
    assert done.code == 0, done.out
    text = (place / FILE).read_text()
    assert 'register_ref: "010"   # was ' in text
    assert 'legal_name: "2.10"   # was ' in text
    assert "for it must be text" in done.out


def test_no_sign_off_is_undone(place):
    """A digest over a number that should be text still holds, as far as it goes; people must sign again, not a tool."""
    manifest = tables.base()
    manifest["attestation"]["statement_version"] = 2
    from checker import facts
    from checker.schema import open_schemas
    from tests.cli.program import ROOT

    blocks = frozenset(open_schemas(ROOT / "schemas", {}).vendor_blocks)
    manifest["attestation"]["digest"] = facts.digest(manifest, blocks)
    (place / FILE).write_text(documents.dump(manifest))
    before = (place / FILE).read_bytes()
    done = checker("vendor", "fix", cwd=place)
    assert (done.code, "`attestation.statement_version` must be text" in done.out) == (1, True), done.out
    assert (place / FILE).read_bytes() == before


def test_facts_are_never_touched(place):
    for old, new in (("risk_tier: high", "risk_tier: High"), ("country: PH", "country: ph")):
        spoil(place, (old, new))
    before = (place / FILE).read_bytes()
    done = checker("vendor", "fix", cwd=place)
    assert (done.code, (place / FILE).read_bytes()) == (1, before)
    assert "only people can mend" in done.out
    assert "risk_tier: high" in done.out


def test_blocks_come_in_the_order_of_the_schema(place):
    manifest = tables.base()
    turned = {name: manifest[name] for name in reversed(manifest)}
    head, rest = "# first line\n\n", documents.dump(turned)
    rest = rest.replace("\nscope:\n", "\n\n# what they do for us\nscope:\n")
    (place / FILE).write_text(head + rest)
    assert checker("vendor", "fix", "--check", cwd=place).code == 0
    assert checker("vendor", "fix", "--order", cwd=place).code == 0
    text = (place / FILE).read_text()
    assert text.startswith("# first line\n\napiVersion:")
    assert "# what they do for us\nscope:\n" in text
    assert list(documents.load(FILE, text.encode()).document.data) == list(manifest)
    assert sorted(text.split("\n")) == sorted((head + rest).split("\n"))
    spoil(place, ("# what they do for us\n", ""), ("\nscope:\n", "\n# whose is this?\nscope:\n"))
    spoil(place, ("apiVersion: vendorpolicy/v1\n", ""))
    with (place / FILE).open("a") as file:
        file.write("apiVersion: vendorpolicy/v1\n")
    before = (place / FILE).read_text().replace("\n\n# whose", "\n# whose")
    (place / FILE).write_text(before)
    done = checker("vendor", "fix", "--order", cwd=place)
    assert ("may belong to either" in done.out, (place / FILE).read_text()) == (True, before)


def test_hostile_files_are_refused_as_the_reader_does(place, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "target.yaml"
    outside.write_bytes(b"a: NO  \r\n")
    (place / "vendor_manifests/link.yaml").symlink_to(outside)
    os.mkfifo(place / "vendor_manifests/pipe.yaml")
    (place / "vendor_manifests/latin.yaml").write_bytes(b"a: \xe4 \n")
    (place / "vendor_manifests/long.yaml").write_bytes(b"a: NO \n" + b"#" * (1 << 20))
    (place / "vendor_manifests/\x1b[31m.yaml").write_bytes(b"a: NO \n")
    done = checker("vendor", "fix", cwd=place)
    assert done.code == 1
    for words in ("symbolic link", "a pipe", "not UTF-8", "larger than 1,048,576"):
        assert words in done.out
    assert "\x1b" not in done.out
    assert outside.read_bytes() == b"a: NO  \r\n"
    assert (place / "vendor_manifests/\x1b[31m.yaml").read_bytes() == b'a: "NO"\n'


def test_evidence_is_kept_to_the_byte(place):
    file = place / f"vendor_manifests/evidence/{VENDOR}/notes.yaml"
    file.write_bytes(b"a: NO \r\n")
    done = checker("vendor", "fix", file.relative_to(place), cwd=place)
    assert (done.code, "kept to the byte" in done.err) == (2, True)
    assert checker("vendor", "fix", cwd=place).code == 0
    assert file.read_bytes() == b"a: NO \r\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("fxi",), "did you mean `fix`?"),
        (("fix", "--chek"), "did you mean `--check`?"),
        (("fix", "vendor_manifest"), "Did you mean `vendor_manifests`?"),
        (("fix", "/etc/passwd"), "lies outside the repository"),
    ],
)
def test_typing_errors_suggest_the_right_word(place, arguments, words):
    done = checker("vendor", *arguments, cwd=place)
    assert (done.code, words in done.err) == (2, True), done.err
