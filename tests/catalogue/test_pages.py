"""The pages: whole, readable by Markdown readers, safe whatever a policy says, and not stale."""

import dataclasses
import re

import pytest
from markdown_it import MarkdownIt

from checker.catalogue import shelf
from checker.catalogue.pages import COMMAND, MARK, Material, pages
from checker.catalogue.reading import Reading
from checker.report.escape import markdown_text
from tests.cases import tables
from tests.catalogue import material
from tests.cli.program import checker
from tests.real import need

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
BLOCKS = {"heading", "paragraph", "table", "thead", "tbody", "tr", "th", "td", "bullet_list", "list_item"}
HOSTILE = "x](http://evil.example) <b>@all</b> ``` | ` <!-- \n\n# not a heading\n\n---\n| a |"


def every_page():
    return material.made().items()


def _rows(text):
    """Yield the cells of every table row, as a reader of Markdown counts them."""
    for line in text.splitlines():
        if line.startswith("|"):
            yield len(re.findall(r"(?<!\\)\|", line)) - 1


def test_the_committed_pages_are_what_the_policies_say():
    assert shelf.differing(material.made(), material.PAGES) == []


def test_every_control_has_a_page():
    around = {"README.md", "frameworks.md", "../manifest.md", "../parameters.md"}
    assert material.made().keys() == {*around, *(f"{name}.md" for name in material.CONTROLS)}


def test_pages_are_made_of_what_every_forge_shows():
    for name, text in every_page():
        tokens = MARKDOWN.parse(text)
        kinds = {re.sub("_(open|close)$", "", token.type) for token in tokens}
        assert kinds <= BLOCKS | {"inline", "html_block", "fence", "hr"}, name
        assert [token.content.strip() for token in tokens if token.type == "html_block"] == [MARK], name
        inner = {child.type for token in tokens for child in token.children or ()}
        assert "html_inline" not in inner, name
        assert "image" not in inner, name


def test_every_table_row_fits_its_head():
    for name, text in every_page():
        for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
            assert len(set(_rows(table))) == 1, (name, table)


def test_every_link_leads_somewhere():
    for name, text in every_page():
        links = re.findall(r"\]\(([^)]*)\)", text)
        assert links, name
        for link in links:
            place = (material.PAGES / name).parent / link.partition("#")[0]
            assert link.startswith("https://") or place.resolve().exists(), (name, link)


def test_every_page_says_what_it_is():
    for name, text in every_page():
        assert text.startswith(MARK + "\n"), name
        assert "is no legal advice" in text, name
        assert f"by `{COMMAND}`; do not edit it" in text, name
        assert text.endswith("\n"), name
        assert not text.endswith("\n\n"), name


@pytest.mark.parametrize("name", material.CONTROLS)
def test_a_page_tells_all_of_its_control(name):
    control, text = material.CONTROLS[name], material.made()[f"{name}.md"]
    assert text.count(f"\n# {name} {markdown_text(control.title)}\n") == 1
    for code in [*control.findings, "missing"]:
        assert f"| `{name}.{code}` |" in text
    for kind in ("fail", "pass"):
        assert f"```yaml\n{control.examples[kind].rstrip()}\n```" in text
    for framework, references in control.frameworks.items():
        assert f"| {markdown_text(framework)} | {markdown_text(', '.join(references))} |" in text
    for address, _ in control.resources:
        assert f"({address})" in text
    flat = material.words(text)
    for said in (control.description, control.remediation, *control.findings.values()):
        assert material.words(said) in flat


def test_the_index_names_every_control_once():
    text = material.made()["README.md"]
    for name in material.CONTROLS:
        assert text.count(f"[{name}]({name}.md)") == 1


def test_the_frameworks_name_every_reference():
    text = material.made()["frameworks.md"]
    for control in material.CONTROLS.values():
        for framework, references in control.frameworks.items():
            section = text.partition(f"\n## {markdown_text(framework)}\n")[2].partition("\n## ")[0]
            for reference in references:
                [line] = [line for line in section.splitlines() if line.startswith(f"| {markdown_text(reference)} |")]
                assert f"[{control.id}]" in line


def test_each_family_has_one_directory_and_each_directory_one_family():
    pairs = {(control.family, control.package.split(".")[1]) for control in material.CONTROLS.values()}
    assert len(pairs) == len({family for family, _ in pairs}) == len({directory for _, directory in pairs})


def test_no_text_of_a_policy_becomes_markup():
    sample = material.CONTROLS["DP-01"]
    hostile = dataclasses.replace(
        sample,
        title=HOSTILE,
        description=HOSTILE,
        remediation=HOSTILE,
        owner=HOSTILE,
        frameworks={HOSTILE: (HOSTILE,)},
        profiles=(HOSTILE,),
        findings={"code": HOSTILE},
        examples={"fail": HOSTILE, "pass": HOSTILE},
        resources=(("javascript:alert(1)", HOSTILE), ("https://x.example/a b)c", HOSTILE)),
    )
    library = tables.library()
    changed = dataclasses.replace(library, compiled=dataclasses.replace(library.compiled, controls=(hostile,)))
    made = pages(Material(changed, {}, {sample.package: Reading((), (), (), frozenset())}, ""))
    for name, text in made.items():
        tokens = MARKDOWN.parse(text)
        plain = {f"{name}: {child.type} {child.attrGet('href')}" for token in tokens for child in token.children or ()}
        assert len([token for token in tokens if token.type == "html_block"]) == 1, name
        assert not [one for one in plain if "html_inline" in one or "evil" in one or "javascript" in one], name
        assert "not a heading" not in [token.content for token in tokens if token.type == "inline"]
        assert len([token for token in tokens if token.type == "hr"]) == 1, name
    assert "https://x.example/a%20b%29c" in made["DP-01.md"]


def test_pages_are_written_compared_and_removed(tmp_path):
    made = {"README.md": f"{MARK}\n1\n", "AA-01.md": f"{MARK}\n2\n"}
    out = tmp_path / "deep" / "controls"
    assert shelf.differing(made, out) == [out / "AA-01.md", out / "README.md"]
    shelf.write(made, out)
    assert shelf.differing(made, out) == []
    (out / "notes.md").write_text("written by hand")
    (out / "ZZ-99.md").write_text(f"{MARK}\ngone\n")
    (out / "AA-01.md").write_bytes(made["AA-01.md"].replace("\n", "\r\n").encode())
    assert shelf.differing(made, out) == [out / "AA-01.md", out / "ZZ-99.md"]
    shelf.write(made, out)
    assert sorted(path.name for path in out.iterdir()) == ["AA-01.md", "README.md", "notes.md"]


def test_the_command(tmp_path):
    need("opa")
    (tmp_path / "checker.toml").write_text("")
    assert checker("policy", "docs", "--out", "pages", cwd=tmp_path).code == 0
    # Policies outside the repository are not linked to.
    assert "data.yaml" not in (tmp_path / "pages" / "GR-05.md").read_text()
    same = checker("policy", "docs", "--out", "pages", "--check", cwd=tmp_path)
    assert (same.code, same.out) == (0, "")
    absent = checker("policy", "docs", "--check", cwd=tmp_path)
    assert (absent.code, len(absent.out.splitlines())) == (1, len(material.made()))
    place = tmp_path / "docs" / "controls" / "GR-05.md"
    assert f"{place} is not what the policies say; run `checker policy docs`" in absent.out.splitlines()


def test_without_opa_the_command_says_what_it_needs(tmp_path):
    (tmp_path / "checker.toml").write_text("")
    done = checker("policy", "docs", cwd=tmp_path, path="")
    assert done.code == 2
    assert "OPA" in done.err
