"""What a repository gets when it begins to use the checker: the files, and what becomes of those that are there.

Workflows, hooks and the job for GitLab are made of those that this project uses itself, so that there is one of each.
"""

from __future__ import annotations

import hashlib
import json
import re
import textwrap
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from checker import calendar, documents, facts
from checker.adoption.forges import github, gitlab, replaced
from checker.adoption.wish import Draft, Wish
from checker.config import EDITOR_SCHEMAS, FILE
from checker.errors import UsageError
from checker.schema import FILES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from checker.model import JsonObject
    from checker.schema import Schemas

FORGES: Final = ("github", "gitlab", "none")
_CODE_OWNERS: Final = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""The first of them that is there counts."""
_EVIDENCE: Final = "No real agreement: it stands for the document that shows what the manifest says.\n"


class State(StrEnum):
    """What becomes of a draft."""

    NEW = "new"
    SAME = "same"
    """It is there, and says what it should."""
    OTHER = "other"
    """A file with another content is there, which may hold the draft's lines after somebody adds them."""
    BLOCKED = "blocked"
    """It cannot be written in this place."""


@dataclass(frozen=True, slots=True)
class Step:
    """A draft and what becomes of it at this place."""

    draft: Draft
    path: str
    state: State
    reason: str = ""


def drafts(wish: Wish, schemas: Schemas, shipped: Path) -> list[Draft]:
    """Return every file that a repository should have; `shipped` is the directory of what the checker brings along."""
    made = [Draft(FILE, _settings(schemas, wish), "settings")]
    if wish.example:
        made += _example(wish, schemas)
    if not wish.schemas:
        made += [_editor_schema(schemas, kind) for kind in ("VendorManifest", "Waiver", "CheckerConfig")]
    made += [_editor(wish), _hooks(wish, shipped), _code_owners(wish)]
    if wish.forge == "github":
        made += github(wish, shipped)
    if wish.forge == "gitlab":
        made += gitlab(wish, shipped)
    return made


def plan(root: Path, made: Sequence[Draft]) -> list[Step]:
    """Tell for each draft what becomes of it below `root`; nothing that is there is ever written over."""
    return [_step(root, draft) for draft in made]


def write(root: Path, step: Step) -> None:
    """Write a new file; UsageError when it cannot be, or came into being meanwhile."""
    target = root / step.path
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(step.draft.text)
    except OSError as error:
        raise UsageError(f"cannot write {step.path}: {error.strerror}", "make room for it, and run it again") from error


def _step(root: Path, draft: Draft) -> Step:
    path = next((one for one in draft.places if (root / one).exists()), draft.path)
    target = root / path
    for above in reversed(Path(path).parents):
        if (root / above).is_symlink() or ((root / above).exists() and not (root / above).is_dir()):
            return Step(draft, path, State.BLOCKED, f"`{above}` is a link or no directory")
    if target.is_symlink() or (target.exists() and not target.is_file()):
        return Step(draft, path, State.BLOCKED, "a link or no regular file is in its place")
    if not target.exists():
        return Step(draft, path, State.NEW)
    there = target.read_bytes()
    if there == draft.text.encode():
        return Step(draft, path, State.SAME)
    if draft.mark and draft.mark.encode() in there:
        return Step(draft, path, State.SAME)
    return Step(draft, path, State.OTHER)


def _settings(schemas: Schemas, wish: Wish) -> str:
    """Write every setting that the schema knows with what it says of it: as a comment, unless it is decided here."""
    schema = json.loads(schemas.text("CheckerConfig"))
    decided = {"profile": wish.profile}
    if wish.manifests != "vendor_manifests":
        decided["manifests"] = wish.manifests
    lines = [
        f"#:schema ./{wish.editor_schemas}/{FILES['CheckerConfig']}",
        "# What this repository decides once. A setting behind `#` is not made: take the `#` away to make it.",
    ]
    tables = []
    for name, declared in schema["properties"].items():
        about = textwrap.wrap(declared["description"], 110, initial_indent="# ", subsequent_indent="# ")
        if declared.get("type") == "object":
            tables += ["", *about, *(f"# {line}" for line in _table(name, declared))]
        else:
            lines += [
                "",
                *about,
                f"{name} = {_toml(decided[name])}" if name in decided else f"# {_sample(name, declared)}",
            ]
    return "\n".join([*lines, *tables]) + "\n"


def _table(name: str, declared: JsonObject) -> Iterator[str]:
    """Yield a table with an example of each of its settings; those that are tables themselves come behind."""
    shown = declared.get("examples", [None])[0]
    inner = {key: {"examples": [row]} for key, row in shown.items()} if shown else declared["properties"]
    tables = {key: one for key, one in inner.items() if _is_table(one)}
    plain = {key: _value(one) for key, one in inner.items() if key not in tables}
    if plain or not tables:
        yield f"[{name}]"
        yield from (f"{key} = {_toml(value)}" for key, value in plain.items() if value is not None)
    for key, one in tables.items():
        yield from _table(f"{name}.{key}", one)


def _is_table(declared: JsonObject) -> bool:
    return declared.get("type") == "object" or isinstance(_value(declared), dict)


def _value(declared: JsonObject) -> Any:  # noqa: ANN401 - any JSON
    """Return an example of a setting; None when the schema shows none."""
    given = declared.get("examples") or declared.get("enum") or [True if declared.get("type") == "boolean" else None]
    return given[0]


def _sample(name: str, declared: JsonObject) -> str:
    allowed = declared.get("enum", ())
    choice = f"   # one of {', '.join(allowed)}" if allowed else ""
    return f"{name} = {_toml(_value(declared))}{choice}"


def _toml(value: Any) -> str:  # noqa: ANN401 - any JSON; what the schema's examples hold is written alike in both
    return json.dumps(value, ensure_ascii=False)


def _editor_schema(schemas: Schemas, kind: str) -> Draft:
    return Draft(f"{EDITOR_SCHEMAS}/{FILES[kind]}", schemas.text(kind), "editor schema")


def _editor(wish: Wish) -> Draft:
    where = wish.manifests.strip("/")
    mapping = {
        f"./{wish.editor_schemas}/{FILES['VendorManifest']}": [f"{where}/*.yaml", f"{where}/*.yml"],
        f"./{wish.editor_schemas}/{FILES['Waiver']}": [f"{where}/waivers/**/*.yaml"],
    }
    text = json.dumps({"yaml.schemas": mapping, "yaml.yamlVersion": "1.2"}, indent=2) + "\n"
    return Draft(".vscode/settings.json", text, "editor", FILES["VendorManifest"])


def _hooks(wish: Wish, shipped: Path) -> Draft:
    """Return the hooks of this project with the installed program, for they need no address then."""
    ours = (shipped / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    changes = {"language: python": "language: system", "vendor_manifests/": f"{re.escape(wish.manifests.strip('/'))}/"}
    local = textwrap.indent(replaced(ours, changes), " " * 6)
    text = f"repos:\n  - repo: local # runs the checker that is installed\n    hooks:\n{local}"
    return Draft(".pre-commit-config.yaml", text, "hooks", "checker check")


def _code_owners(wish: Wish) -> Draft:
    where = wish.manifests.strip("/")
    paths = [f"/{where}/", "/policies/", "/schemas/", f"/{FILE}", "/baseline.json"]
    paths += {"github": ["/.github/"], "gitlab": ["/.gitlab/", "/.gitlab-ci.yml"]}.get(wish.forge, [])
    owners = " ".join(wish.owners) or "@your-organisation/compliance"
    lines = ["# Who must approve a change of what vendors attest, and of what they are judged by. The last match wins."]
    if not wish.owners:
        lines.append("# Put in a team or persons of yours and take the `# ` away: nobody owns anything yet.")
    lines += [f"{'' if wish.owners else '# '}{path:26} {owners}" for path in paths]
    place = {"github": _CODE_OWNERS[0], "gitlab": _CODE_OWNERS[3]}.get(wish.forge, _CODE_OWNERS[1])
    return Draft(place, "\n".join(lines) + "\n", "code owners", f"/{FILE}", _CODE_OWNERS)


def _example(wish: Wish, schemas: Schemas) -> Iterator[Draft]:
    """Return a vendor that passes the profile `starter` on the day, signed off, and its evidence."""
    where = wish.manifests.strip("/")
    template = (Path(__file__).parent / "example-vendor.yaml").read_text(encoding="utf-8")
    known = {"evidence": hashlib.sha256(_EVIDENCE.encode()).hexdigest(), "digest": "0" * 64}
    unsigned = _filled(template, wish.as_of, known)
    document = documents.load("example-vendor.yaml", unsigned.encode()).document
    if document is None:
        raise RuntimeError("the example is no manifest")
    known["digest"] = facts.digest(document.data, frozenset(schemas.vendor_blocks))
    schema = "../" * (where.count("/") + 1) + f"{wish.editor_schemas}/{FILES['VendorManifest']}"
    text = f"# yaml-language-server: $schema={schema}\n" + _filled(template, wish.as_of, known)
    yield Draft(f"{where}/example-vendor.yaml", text, "example vendor")
    yield Draft(f"{where}/evidence/example-vendor/agreement.txt", _EVIDENCE, "its evidence")


def _filled(template: str, as_of: date, known: dict[str, str]) -> str:
    """Put days, counted from `as_of`, and digests in the place of what stands in braces."""

    def value(found: re.Match[str]) -> str:
        word = found[1]
        if word in known:
            return known[word]
        if word == "as_of":
            return as_of.isoformat()
        back = calendar.reached(as_of, word[1:])
        return (calendar.add(as_of, word[1:]) if word[0] == "+" else back).isoformat()

    return re.sub(r"\{(as_of|evidence|digest|[+-]P\d+[YMD])\}", value, template)
