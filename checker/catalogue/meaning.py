"""What findings mean, in the words that every place uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.model import Control, JsonObject

MISSING = "missing"
"""The code that every control has without declaring it."""

_MISSING = "A field that the control needs is not there, so the control cannot be judged; that counts as a failure."
_BY_LAW = "DP-03"  # its findings under another law than the first have that law's prefix before their code


def meanings(control: Control) -> dict[str, str]:
    """Return what each finding of a control means, by code in order, `missing` among them."""
    return dict(sorted({**control.findings, MISSING: _MISSING}.items()))


def laws(control: Control, parameters: Mapping[str, JsonObject]) -> dict[str, str]:
    """Return the prefixes that the codes of a control may have, with the law that each stands for."""
    if control.id != _BY_LAW:
        return {}
    regimes = parameters.get("transfers", {}).get("regimes", {})
    return dict(sorted((row["code"], row["law"]) for row in regimes.values() if row["code"]))
