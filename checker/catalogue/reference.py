"""The manifest and the parameters as pages: every field with its form, and every value with where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from checker import documents
from checker.catalogue.pages import OWNERS, joined, table
from checker.catalogue.values import TIERS, Row, rows
from checker.report.escape import markdown_code, markdown_link, markdown_prose, markdown_text
from checker.schema.fields import EACH, is_required, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checker.catalogue.pages import Material
    from checker.catalogue.places import Place
    from checker.model import Control, JsonObject
    from checker.schema.fields import Field, Path

MANIFEST, PARAMETERS = "manifest.md", "parameters.md"
_INTRODUCTION: Final = (
    "Every field that a manifest may hold, block by block. `[]` stands for each item of a list, `ID` for a key of your"
    " choice. **Bold** fields cannot be left out where their block is there; everything else may be absent, and a"
    " control that needs it then says so. The last column names the controls that read the field itself; tier and"
    " lifecycle, which nearly all of them heed, are not repeated there."
)
_DRAFTED: Final = (
    "`checker vendor new ID` writes a first draft with a hint for each field, and `checker schema manifest` prints the"
    " schema for an editor."
)
_DECIDED: Final = (
    "Everything that a company may decide otherwise, with where it comes from and by which day somebody reads it again."
    " They are starting values: make them yours in a layer of your own over the library, which holds only what you"
    " decide otherwise."
)
_FORMATS: Final = {"date": "date", "email": "e-mail address", "uri": "address", "lei": "LEI"}
_TYPES: Final = {"object": "block", "boolean": "`true` or `false`", "array": "list", "string": "text"}
_SHOWN: Final = 12
_UNDER: Final = {
    "vendor": "The vendor attests this block: its sign-off holds a digest over it.",
    "client": "The client declares this block.",
    "sign-off": "`checker vendor sign` writes this block.",
}


def reference(material: Material, about: Mapping[str, str], controls: str) -> dict[str, str]:
    """Return both pages by file name; `about` tells of each parameter file, `controls` is the way to their pages."""
    return {
        MANIFEST: _manifest(material, controls),
        PARAMETERS: _parameters(material, about, controls),
    }


def _manifest(material: Material, controls: str) -> str:
    fields = material.fields
    readers = _readers(material, "fields")
    blocks = ["# The manifest", _INTRODUCTION, _DRAFTED]
    for name in (path[0] for path in fields if len(path) == 1):
        inside = [path for path in fields if path[:1] == (name,)]
        blocks += _block(name, inside, material, readers, controls)
    return joined(blocks)


def _block(
    name: str, inside: Sequence[Path], material: Material, readers: Mapping[Place, list[Control]], controls: str
) -> Iterator[str]:
    top = material.fields[inside[0]]
    yield f"## {markdown_text(name)}"
    yield markdown_prose(top.description)
    if top.owner:
        yield _UNDER.get(top.owner, f"Declared by: {OWNERS.get(top.owner, top.owner)}.")
    shown = inside if len(inside) == 1 else inside[1:]
    cells = (
        _field(path, material.fields, readers.get(path, []), controls) for path in shown if _is_shown(path, material)
    )
    yield table(("Field", "Holds", "Form", "Example", "Read by"), cells)


def _is_shown(path: Path, material: Material) -> bool:
    """Leave out the items of a list of plain values, of which the list itself tells."""
    declared = material.fields[path].declared
    return path[-1] != EACH or bool(declared.get("properties"))


def _field(path: Path, fields: Mapping[Path, Field], found: Iterable[Control], controls: str) -> tuple[str, ...]:
    one = fields[path]
    name = markdown_code(written(path, fields))
    return (
        f"**{name}**" if is_required(path, fields) else name,
        markdown_prose(one.description),
        _form(one.declared, fields.get((*path, EACH))),
        _example(one.declared),
        ", ".join(markdown_link(control.id, f"{controls}/{control.id}.md") for control in found),
    )


def _form(declared: JsonObject, item: Field | None) -> str:
    """Say in a few words what may stand there."""
    if declared.get("type") == "array" and item:
        form = _form(item.declared, None)
        return f"list, each {form}" if form.startswith("one of") else f"list of {form}{'s' if form != 'text' else ''}"
    if item and not declared.get("properties"):
        return "block for each key"
    if "const" in declared:
        return f"always {markdown_code(str(declared['const']))}"
    if declared.get("enum"):
        return _choice(declared)
    kind = declared.get("type", "")
    if declared.get("format"):
        return _FORMATS.get(declared["format"], str(declared["format"]))
    if str(declared.get("pattern", "")).startswith("^P"):
        return "duration"
    if kind in {"integer", "number"}:
        return f"{'whole number' if kind == 'integer' else 'number'}{_bounds(declared)}"
    return {"object": "block", "boolean": "`true` or `false`", "array": "list", "string": "text"}.get(
        str(kind), "value"
    )


def _choice(declared: JsonObject) -> str:
    allowed = [str(one) for one in declared["enum"]]
    source = str(declared.get("x-enum", "")).partition(".")[0]
    more = f", from the parameters {markdown_link(markdown_code(source), f'{PARAMETERS}#{source}')}" if source else ""
    if len(allowed) > _SHOWN:
        return f"one of {len(allowed)} words{more}"
    return f"one of {', '.join(map(markdown_code, allowed))}{more}"


def _bounds(declared: JsonObject) -> str:
    least, most = declared.get("minimum"), declared.get("maximum")
    if least is None and most is None:
        return ""
    if most is None:
        return f", at least {least:,}"
    return f", at most {most:,}" if least is None else f", {least:,} to {most:,}"


def _example(declared: JsonObject) -> str:
    examples = declared.get("examples") or ()
    return markdown_code(_flow(examples[0])) if examples else ""


def _flow(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Write a value on one line as in a manifest."""
    return documents.dump([value], flow=True).strip()[1:-1]


def _readers(material: Material, what: str) -> dict[Place, list[Control]]:
    """Return by place the controls that read it, in the order of the library."""
    found: dict[Place, list[Control]] = {}
    library = material.library
    extending = {one.package: one.control for one in library.portfolio}
    for control in library.controls:
        packages = [control.package, *(name for name, extended in extending.items() if extended == control.id)]
        places = {place for package in packages for place in getattr(material.readings[package], what)}
        for place in sorted(places):
            found.setdefault(place, []).append(control)
    return found


def _parameters(material: Material, about: Mapping[str, str], controls: str) -> str:
    library = material.library
    readers: dict[str, dict[str, Control]] = {}
    for place, found in _readers(material, "parameters").items():
        readers.setdefault(place[0], {}).update({control.id: control for control in found})
    blocks = ["# The parameters", _DECIDED]
    for name in sorted(library.parameters):
        found = sorted(readers.get(name, {}).values(), key=lambda control: control.id)
        blocks += _file(name, material, about, found, controls)
    return joined(blocks)


def _file(
    name: str, material: Material, about: Mapping[str, str], found: Sequence[Control], controls: str
) -> Iterator[str]:
    data = material.library.parameters[name]
    yield f"## {name}"
    yield markdown_prose(about.get(name, ""))
    links = ", ".join(markdown_link(control.id, f"{controls}/{control.id}.md") for control in found)
    place = f"params/{name}/data.yaml"
    file = markdown_code(place)
    facts = {
        "File": markdown_link(file, f"{material.policies}/{place}") if material.policies else file,
        "Source": markdown_prose(data.get("source", "")),
        "Reviewed": markdown_text(str(data.get("reviewed_on", ""))),
        "Next by": markdown_text(f"{data.get('review_by', '')}, {data.get('owner', '')}"),
        "Read by": links or "the checker itself",
    }
    yield "\n".join(f"- {key}: {value}" for key, value in facts.items())
    yield from _tables(rows([(name,)], material.library.parameters))


def _tables(found: Sequence[Row]) -> Iterator[str]:
    by_tier = [row for row in found if row.by_tier]
    yield table(("Parameter", *(tier.capitalize() for tier in TIERS)), map(_row, by_tier))
    yield table(("Parameter", "Value"), (_row(row) for row in found if not row.by_tier))


def _row(row: Row) -> tuple[str, ...]:
    return (markdown_code(".".join(row.path[1:])), *row.cells)
