"""Safe repairs of a manifest: how it is written, never what it says, and nothing that undoes a sign-off.

The one value that changes is a number where only text may stand, which gets the quotes that its author left out: the
characters stay, and such a file is refused without them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from checker import documents, facts

if TYPE_CHECKING:
    from checker.documents import Document, Limits
    from checker.model import JsonObject, Keys, Problem
    from checker.schema import Schemas

_KINDS: Final = ("VendorManifest", "Waiver")


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text after its repairs; `left` is what the reader or the schema still holds against it."""

    before: str
    after: str
    repairs: tuple[str, ...]
    left: tuple[Problem, ...]
    note: str = ""
    """Why something that was asked for was left undone."""


def repair(path: str, content: bytes, schemas: Schemas, limits: Limits, *, order: bool = False) -> Repaired:
    """Return a file with everything repaired that can be; `order` also sorts its blocks as the schema does."""
    try:
        before = content.decode()
    except UnicodeDecodeError:
        return Repaired("", "", (), documents.load(path, content, limits).problems)
    tidy = documents.tidied(content, limits)
    text, repairs, note = tidy.text, list(tidy.repairs), ""
    loaded = documents.load(path, text.encode(), limits)
    kind = str(loaded.document.data.get("kind")) if loaded.document else ""
    if loaded.document and kind in _KINDS:
        quoted, words = _numbers_in_quotes(loaded.document, schemas, kind, limits)
        text, repairs = quoted, repairs + words
        if order:
            text, words, note = _ordered(text, schemas, limits) if kind == _KINDS[0] else (text, [], "")
            repairs += words
    return Repaired(before, text, tuple(repairs), _left(path, text, schemas, limits), note)


def _left(path: str, text: str, schemas: Schemas, limits: Limits) -> tuple[Problem, ...]:
    loaded = documents.load(path, text.encode(), limits)
    kind = str(loaded.document.data.get("kind")) if loaded.document else ""
    judged = schemas.check(loaded.document, kind) if loaded.document and kind in _KINDS else ()
    return (*loaded.problems, *judged)


def _numbers_in_quotes(document: Document, schemas: Schemas, kind: str, limits: Limits) -> tuple[str, list[str]]:
    """Put the numbers in quotes that the schema takes as text and as nothing else."""
    text, words = document.content.decode(), list[str]()
    while True:
        found = documents.plain_values(text, limits)
        wrong = [one for one in schemas.check(document, kind) if one.rule == "schema.type" and one.keys in found]
        wrong = [one for one in wrong if type(_value(document.data, one.keys)) in {int, float}]
        better = documents.in_quotes(text, [found[one.keys] for one in wrong])
        again = documents.load(document.path, better.encode(), limits).document
        if not wrong or again is None or _undoes_sign_off(document.data, again.data, schemas):
            return text, words
        still = {one.keys for one in schemas.check(again, kind)}
        if any(one.keys in still for one in wrong):
            return text, words
        for one in wrong:
            start, end = found[one.keys]
            words.append(f"{text[start:end]} in line {one.line} put in quotes, for it must be text")
        text, document = better, again


def _undoes_sign_off(before: JsonObject, after: JsonObject, schemas: Schemas) -> bool:
    blocks = frozenset(schemas.vendor_blocks)
    try:
        signed = before["attestation"]["digest"]
        return bool(facts.digest(before, blocks) == signed != facts.digest(after, blocks))
    except (KeyError, TypeError, AttributeError):  # there is no sign-off, or none that could hold
        return False


def _ordered(text: str, schemas: Schemas, limits: Limits) -> tuple[str, list[str], str]:
    better = documents.ordered(text, [name for name, _ in schemas.properties(())], limits)
    if better is None:
        return text, [], "its blocks stay as they are: a comment between two of them may belong to either"
    return better, ["blocks put in the order of the schema"] if better != text else [], ""


def _value(data: Any, keys: Keys) -> Any:  # noqa: ANN401 - any JSON
    for key in keys:
        data = data[key]
    return data
