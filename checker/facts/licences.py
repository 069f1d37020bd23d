"""Licence expressions in the terms of SPDX, as alternatives of terms that policies can weigh."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.model import JsonObject

# Words of the SPDX specification that say that no licence is known; the parser takes them for unknown ids.
_NO_LICENCE = frozenset({"NONE", "NOASSERTION"})
_MOST_BRANCHES = 64


def flat_branches(text: str, licences: frozenset[str], exceptions: frozenset[str]) -> list[list[dict[str, str]]] | None:
    """Return the branches of an expression without parentheses whose every id is known; None for any other.

    Most expressions are so, and reading one takes less time than importing the parser of all.
    """
    branches = []
    for alternative in text.split(" OR "):
        terms = [term.split(" WITH ", 1) for term in alternative.split(" AND ")]
        if not all(licence in licences and exceptions.issuperset(rest) for licence, *rest in terms):
            return None
        branches.append([_term(*term) for term in terms])
    return branches


@lru_cache(maxsize=4096)
def parse_licence(text: str) -> JsonObject:
    """Return an SPDX expression as OR-branches of AND-terms, or why it does not parse; odd ids are named."""
    try:
        branches, terms = _branches(text)
    except Exception as error:  # noqa: BLE001 - on odd text the parser also raises IndexError and its like
        reason = (str(error).splitlines() or [""])[0][:200] or "it is no licence expression"
        return {"branches": [], "unknown": [], "deprecated": [], "error": reason}
    unknown = sorted({key for key, known in terms.items() if not known})
    deprecated = [{"from": old, "to": new} for old, new in _renamed(text)]
    return {"branches": branches, "unknown": unknown, "deprecated": deprecated, "error": ""}


def licence_ids(parameters: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the SPDX ids of licences, and those of exceptions, that the licence parameters list."""
    listed = parameters.get("licences", {})
    pairs = listed.get("pairs", ())
    licences = {name for names in listed.get("allowed", {}).values() for name in names}
    licences.update(pair["license"] for pair in pairs)
    return frozenset(licences), frozenset(pair["exception"] for pair in pairs)


def _term(licence: str, exception: str = "") -> dict[str, str]:
    return {"license": licence, "exception": exception}


@lru_cache(maxsize=1)
def _licensing() -> tuple[Any, frozenset[str], dict[str, str]]:
    """Return the SPDX parser, all current ids in it, and the old ids with their successors.

    The library's ready-made parser also resolves `LicenseRef-*` names to SPDX ids; those are private names and must
    stay as written.
    """
    from license_expression import LicenseSymbol, Licensing, get_license_index

    symbols, renamed = [], {}
    for row in get_license_index():
        key = row.get("spdx_license_key") or ""
        if not key or key.startswith("LicenseRef-") or row.get("is_deprecated"):
            continue
        symbols.append(LicenseSymbol(key, is_exception=row.get("is_exception", False)))
        for old in row.get("other_spdx_license_keys") or ():
            if not old.startswith("LicenseRef-"):
                renamed[old.lower()] = key
    known = frozenset(symbol.key for symbol in symbols)
    symbols.extend(LicenseSymbol(old) for old in renamed)
    return Licensing(symbols), known, renamed


def _branches(text: str) -> tuple[list[list[dict[str, str]]], dict[str, bool]]:
    """Return the OR-branches of an expression and which of its ids are known."""
    from license_expression import ExpressionError

    licensing, known, renamed = _licensing()
    tree = licensing.parse(text)
    if tree is None:
        message = "the expression is empty"
        raise ExpressionError(message)
    terms: dict[str, bool] = {}

    def name(symbol: Any) -> str:  # noqa: ANN401 - the library is untyped
        key = renamed.get(symbol.key.lower(), symbol.key)
        plain = key.removesuffix("+")
        key = plain if plain in known else key
        fits = key in known or key in _NO_LICENCE or key.startswith("LicenseRef-")
        terms[key] = fits and terms.get(key, True)
        return str(key)

    def addition(symbol: Any) -> str:  # noqa: ANN401 - the library is untyped
        # What follows WITH may take rights away, as the Commons Clause does, unless it is an exception of SPDX.
        key = renamed.get(symbol.key.lower(), symbol.key)
        terms[key] = key in known and licensing.known_symbols[key].is_exception and terms.get(key, True)
        return str(key)

    def expand(node: Any) -> list[list[dict[str, str]]]:  # noqa: ANN401 - the library is untyped
        if isinstance(node, licensing.OR):
            found = [branch for part in node.args for branch in expand(part)]
        elif isinstance(node, licensing.AND):
            found = [[]]
            for part in node.args:
                found = [left + right for left in found for right in expand(part)][: _MOST_BRANCHES + 1]
        elif hasattr(node, "exception_symbol"):
            found = [[_term(name(node.license_symbol), addition(node.exception_symbol))]]
        else:
            found = [[_term(name(node))]]
        if len(found) > _MOST_BRANCHES:
            message = f"the expression has more than {_MOST_BRANCHES} alternatives"
            raise ExpressionError(message)
        return found

    return expand(tree), terms


def _renamed(text: str) -> list[tuple[str, str]]:
    _, _, renamed = _licensing()
    words = dict.fromkeys(re.findall(r"[A-Za-z0-9.+-]+", text))
    return [(word, renamed[word.lower()]) for word in words if word.lower() in renamed]
