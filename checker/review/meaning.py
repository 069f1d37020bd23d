"""What the change of a manifest means, in sentences: by names of list items, so that order and lines say nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from checker.model import JsonObject, Keys
    from checker.schema import NaturalKeys

MOST: Final = 20
"""Sentences about one manifest; further ones are counted."""
_VALUE: Final = 60
_DETAILS: Final = 3
_NOUNS: Final = {
    "subcontracting.parties": "sub-processor",
    "scope.locations": "location",
    "scope.data": "data set",
    "data_protection.transfers": "transfer",
    "legal.licences": "licence",
    "legal.software": "software",
    "legal.obligations": "obligation",
    "legal.enforcement": "proceeding",
    "oversight.audits": "audit",
    "oversight.findings": "audit finding",
    "assurance.reports": "report",
    "contract.insurance": "insurance",
    "service_levels": "service level",
    "evidence": "evidence",
}
_EMPTY: Final = "an empty list"
_TOLD_AS_SIGN_OFF: Final = frozenset({"attestation.date", "attestation.digest"})
# What a reviewer looks at first.
_FIRST: Final = (
    *("metadata.lifecycle", "scope.risk_tier", "scope.function", "subcontracting", "scope", "data_protection"),
    *("encryption", "access", "evidence", "assurance", "legal", "contract"),
)


@dataclass(slots=True)
class _Flat:
    """A manifest taken apart: the items of its lists and maps, its values, and the members of lists of values."""

    items: dict[str, tuple[str, JsonObject]] = field(default_factory=dict)
    """By subject what kind of thing it is and what it says of itself."""
    values: dict[str, Any] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)


def meaning(
    before: JsonObject | None, after: JsonObject | None, names: NaturalKeys, attested: Collection[str]
) -> tuple[str, ...]:
    """Return what the change from `before` to `after` means; `attested` are the blocks that the vendor signs."""
    if before is None or after is None:
        return ()
    old, new = _flat(before, names), _flat(after, names)
    told = sorted({*_items(old, new), *_members(old, new), *_values(old, new)}, key=_order)
    touched = any(subject.partition(".")[0] in attested for subject, _ in told)
    sentences = [*_sign_off(before, after, touched=touched), *(sentence for _, sentence in told)]
    more = len(sentences) - MOST
    return (*sentences[:MOST], *([f"and {more} more changes"] if more > 0 else []))


def _order(told: tuple[str, str]) -> tuple[int, str, str]:
    subject, sentence = told
    rank = next((place for place, prefix in enumerate(_FIRST) if subject.startswith(prefix)), len(_FIRST))
    return rank, subject, sentence


def _sign_off(before: JsonObject, after: JsonObject, *, touched: bool) -> Iterator[str]:
    was, now = (_signed(side.get("attestation")) for side in (before, after))
    if was.get("date") != now.get("date"):
        yield f"re-attested on {_shown(now.get('date'))} by {_shown(now.get('name'))}"
    elif touched:
        yield f"not re-attested since: the sign-off is still that of {_shown(was.get('date'))}"


def _signed(attestation: object) -> JsonObject:
    return attestation if isinstance(attestation, dict) else {}


def _items(old: _Flat, new: _Flat) -> Iterator[tuple[str, str]]:
    for subject, (kind, item) in new.items.items():
        if subject not in old.items and not _within(subject, new.items, old.items):
            yield subject, f"{kind} {_last(subject)} added{_details(item)}"
    for subject, (kind, item) in old.items.items():
        if subject not in new.items and not _within(subject, old.items, new.items):
            yield subject, f"{kind} {_last(subject)} removed{_details(item)}"


def _members(old: _Flat, new: _Flat) -> Iterator[tuple[str, str]]:
    for subject in old.members.keys() | new.members.keys():
        was, now = old.members.get(subject, set()), new.members.get(subject, set())
        if not _foreign(subject, old, new):
            if now - was:
                yield subject, f"{subject}: {_shown(', '.join(sorted(now - was)))} added"
            if was - now:
                yield subject, f"{subject}: {_shown(', '.join(sorted(was - now)))} dropped"


def _values(old: _Flat, new: _Flat) -> Iterator[tuple[str, str]]:
    for subject in old.values.keys() | new.values.keys():
        was, now = old.values.get(subject), new.values.get(subject)
        if was == now or _foreign(subject, old, new) or subject in _TOLD_AS_SIGN_OFF:
            continue
        if _EMPTY in {was, now} and _filled(subject, old) != _filled(subject, new):
            continue  # its items are told
        if was is None:
            yield subject, f"{subject} is now told: {_shown(now)}"
        elif now is None:
            yield subject, f"{subject} is no longer told (it was {_shown(was)})"
        else:
            yield subject, f"{subject} changed from {_shown(was)} to {_shown(now)}"


def _filled(subject: str, flat: _Flat) -> bool:
    return subject in flat.members or any(item.startswith(f"{subject}[") for item in flat.items)


def _foreign(subject: str, old: _Flat, new: _Flat) -> bool:
    """Tell whether the subject lies within an item that was added or removed as a whole."""
    return _within(subject, new.items, old.items) or _within(subject, old.items, new.items)


def _within(subject: str, there: Mapping[str, object], elsewhere: Mapping[str, object]) -> bool:
    """Tell whether an item around the subject is only `there`."""
    return any(subject[:end] in there and subject[:end] not in elsewhere for end in _ends(subject))


def _ends(subject: str) -> Iterator[int]:
    return (place for place, char in enumerate(subject) if char in ".[" and place)


def _flat(manifest: JsonObject, names: NaturalKeys) -> _Flat:
    flat = _Flat()
    _take_apart(manifest, (), manifest, names, flat)
    return flat


def _take_apart(node: Any, keys: Keys, whole: JsonObject, names: NaturalKeys, flat: _Flat) -> None:  # noqa: ANN401
    subject = names.subject(whole, keys)
    if isinstance(node, dict):
        for key, value in node.items():
            if keys == ("evidence",) and isinstance(value, dict):
                flat.items[f"evidence.{key}"] = (_NOUNS["evidence"], value)
            _take_apart(value, (*keys, key), whole, names, flat)
    elif node == []:
        flat.values[subject] = _EMPTY
    elif isinstance(node, list):
        kind = _NOUNS.get(subject, subject)
        for index, item in enumerate(node):
            if isinstance(item, dict):
                flat.items[names.subject(whole, (*keys, index))] = (kind, item)
                _take_apart(item, (*keys, index), whole, names, flat)
            else:
                flat.members.setdefault(subject, set()).add(_text(item))
    else:
        flat.values[subject] = node


def _last(subject: str) -> str:
    return subject.rpartition("[")[2].rstrip("]") if subject.endswith("]") else subject.rpartition(".")[2]


def _details(item: JsonObject) -> str:
    """Return the first things that an item says of itself beside its name."""
    told = [f"{key} {_shown(value)}" for key, value in item.items() if key != "id" and _is_telling(value)]
    return f" ({', '.join(told[:_DETAILS])})" if told else ""


def _is_telling(value: object) -> bool:
    return bool(value) and (not isinstance(value, (dict, list)) or all(isinstance(one, str) for one in value))


def _shown(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else "nothing" if value is None else _text(value)
    return text if len(text) <= _VALUE else f"{text[: _VALUE - 1]}…"


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
