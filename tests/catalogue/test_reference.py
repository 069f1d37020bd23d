"""The pages of the manifest and of the parameters: nothing is left out, and every way leads somewhere."""

import re

import pytest

from checker.catalogue.reference import MANIFEST, PARAMETERS
from checker.schema.fields import EACH, written
from tests.cases import tables
from tests.catalogue import material
from tests.catalogue.test_pages import MARKDOWN

PARAMETER_FILES = sorted(path.parent.name for path in (tables.ROOT / "policies/params").glob("*/data.yaml"))


def page(name):
    return material.made()[f"../{name}"]


def rows(text):
    """Return the rows of all tables by their first cell, without marks."""
    found = (line.strip("|").split(" | ") for line in text.splitlines() if line.startswith("| "))
    return {re.sub(r"[`*]|\[|\]\(.*\)", "", cells[0]).strip(): cells for cells in found}


def test_every_field_has_a_row_with_what_the_schema_says():
    fields, found = material.fields(), rows(page(MANIFEST))
    for path, field in fields.items():
        plain = path and path[-1] == EACH and not field.declared.get("properties")
        if not path or plain or (len(path) == 1 and any(other[:1] == path for other in fields if len(other) > 1)):
            continue
        cells = found[row(path, fields)]
        assert material.words(cells[1]).strip() == material.words(field.description), path
        assert cells[2].strip(), path


def row(path, fields):
    return re.sub(r"\[", "", written(path, fields))


@pytest.mark.parametrize("control", material.CONTROLS)
def test_every_control_stands_at_the_fields_that_it_reads(control):
    fields, found = material.fields(), rows(page(MANIFEST))
    for path in material.reading(control).fields:
        if len(path) > 1 and (path[-1] != EACH or fields[path].declared.get("properties")):
            assert f"[{control}](controls/{control}.md)" in found[row(path, fields)][-1], path


def test_what_cannot_be_left_out_is_bold():
    text = page(MANIFEST)
    assert "| **`metadata.legal_name`** |" in text
    assert "| `metadata.lei` |" in text
    assert "| **`encryption.keys.asymmetric[].algorithm`** |" in text


@pytest.mark.parametrize(
    ("field", "form"),
    [
        ("metadata.owner.email", "e-mail address"),
        ("contract.effective", "date"),
        ("encryption.keys.rotation", "duration"),
        ("encryption.in_transit.internal_hops", "`true` or `false`"),
        ("metadata.lifecycle", "one of `prospective`, `active`, `ended`"),
        ("metadata.country", "one of 249 words, from the parameters [`countries`](parameters.md#countries)"),
        ("access.remote_work.remote_share_pct", "number, 0 to 100"),
        ("legal.licences", "list of blocks"),
        ("access.remote_work", "block"),
    ],
)
def test_forms_are_told_in_words(field, form):
    assert rows(page(MANIFEST))[field][2].strip() == form


@pytest.mark.parametrize("name", PARAMETER_FILES)
def test_every_parameter_file_is_told_with_its_source_and_review(name):
    data = tables.library().parameters[name]
    section = page(PARAMETERS).partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert material.words(data["source"]) in material.words(section)
    for told in (data["reviewed_on"], data["review_by"], f"(../policies/params/{name}/data.yaml)"):
        assert told in section
    known = rows(section)
    for key in data.keys() - {"apiVersion", "kind", "source", "reviewed_on", "review_by", "owner"}:
        assert any(one == key or one.startswith(f"{key}.") for one in known), key


def test_every_way_within_the_pages_leads_somewhere():
    anchors = {re.sub(r"\\", "", head).lower() for head in re.findall(r"^## (.+)$", page(PARAMETERS), re.MULTILINE)}
    used = set(re.findall(r"\]\(parameters\.md#([^)]+)\)", page(MANIFEST)))
    assert used
    assert used <= anchors


@pytest.mark.parametrize("name", [MANIFEST, PARAMETERS])
def test_a_forge_reads_tables(name):
    tokens = MARKDOWN.parse(page(name))
    tables_found = [token for token in tokens if token.type == "table_open"]
    assert len(tables_found) >= 20
    columns = {line.count(" | ") for line in page(name).splitlines() if line.startswith("| ")}
    assert columns <= {1, 4}
