"""Any YAML and JSON, read as a real conftest reads it, with the place of every value."""

import json
import subprocess

import pytest

from checker.documents import load_all
from tests.real import need

SCALARS = """
yes Yes YES y Y no NO n off Off on ON true True TRUE tRUE yEs False FALSE null Null NULL ~ nil
0 1 -1 +1 007 012 08 0o14 0x1F 0X1f 0b101 -0b1 -0x1 1_000 1__0 0_7 _1 1_ 12e 1e3 1E3 1e+3 1.e1 .5 5. -.5 +.5 1.0 1.5
1_0.5 1e400 9223372036854775807 9223372036854775808 18446744073709551615 18446744073709551616 12345678901234567890123
2026-01-01 12:30 190:20:30 1.2.3 v1 - -- . .. 0x 0b 0b2 0xg e1 1e 1ex !!str !!str_12 99999999999999999999.5
""".split()
DOCUMENTS = {
    "plain": "\n".join(f"k{i}: {text}" for i, text in enumerate(SCALARS) if text not in {"-", "!!str", "!!str_12"}),
    "quoted": "\n".join(f"k{i}: '{text}'" for i, text in enumerate(SCALARS)),
    "listed": "top:\n" + "\n".join(f"- {text}" for text in SCALARS if text not in {"-", "!!str", "!!str_12"}),
    "keys": "1: a\nyes: b\n2.5: c\nnull1: d\n0x10: e\n'1_0': f\nno: g\n",
    "marks": "a: !!str 12\nb: !!int '12'\nc: !Ref x\nd: !Sub {e: f}\ng: !!float 1\nh: !!bool yes\ni: !!binary aGk=\n",
    "references": "a: &x {b: 1, c: [2, 3]}\nd: *x\ne: {<<: *x, b: 4}\nf: {<<: [*x, {g: 5}]}\nh: &s yes\ni: *s\n",
    "texts": "a: |\n  one\n  two\tx\nb: >-\n  one\n  two\nc: \"\\u00e9\\n\\t\"\nd: 'it''s'\ne: plain text\n",
    "windows": "a: 1\r\nb: [x,\r\n  y]\r\n",
    "empty-values": "a:\nb: []\nc: {}\nd: ''\n",
    "unicode": "schlüssel: wert\n日本: 😀\n",
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_values_are_those_of_conftest(tmp_path, name):
    need("conftest")
    file = tmp_path / "in.yaml"
    file.write_text(DOCUMENTS[name], newline="")
    done = subprocess.run(["conftest", "parse", "in.yaml"], cwd=tmp_path, capture_output=True, text=True, check=True)
    (document,), problems = load_all("in.yaml", file.read_bytes())
    assert problems == ()
    # conftest rounds large whole numbers, which are kept here.
    assert rounded(document.data) == rounded(json.loads(done.stdout))


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return ("number", float(value)) if type(value) in {int, float} else (type(value), value)


def test_places_in_each_document():
    text = b"---\na: {b: [x, y]}\n---\n# c\na:\n  b:\n  - x\n  - &z y\nc: *z\n"
    (first, second), problems = load_all("in.yaml", text)
    assert problems == ()
    assert [str(one.locate(())) for one in (first, second)] == ["in.yaml:2:1", "in.yaml:5:1"]
    assert str(first.locate(("a", "b", 1))) == "in.yaml:2:12"
    assert str(second.locate(("a", "b", 1))) == "in.yaml:8:5"
    assert str(second.locate(("c",))) == "in.yaml:9:4"
    assert str(second.locate(("a", "nowhere"))) == "in.yaml:5:1"


def test_json_keeps_its_own_rules_and_has_places():
    text = b'{\n "yes": "no",\n "n": 1.0,\n "list": [\n\t1e2,\n "\\u00e9 \\/"],\n "no": true\n}\n'
    (document,), problems = load_all("in.JSON", text)
    assert problems == ()
    assert document.data == {"yes": "no", "n": 1.0, "list": [100.0, "é /"], "no": True}
    assert str(document.locate(("no",))) == "in.JSON:7:8"


def test_items_of_a_list_at_the_top_are_documents():
    documents, problems = load_all("in.yaml", b"- a: 1\n- [b]\n- c\n")
    assert (problems, [one.data for one in documents]) == ((), [{"a": 1}, ["b"], "c"])
    assert [str(one.locate((0,))) for one in documents] == ["in.yaml:1:3", "in.yaml:2:4", "in.yaml:3:3"]
