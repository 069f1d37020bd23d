"""Data to text: YAML that the reader takes back as the same data, with dates as plain as people write them."""

from __future__ import annotations

from typing import Any, Final

import yaml

_DATE: Final = "tag:yaml.org,2002:timestamp"
_WIDTH: Final = 110
_ENDLESS: Final = 1 << 30


class _Dumper(yaml.SafeDumper):
    """A date is a text here, and needs no quotes."""

    def ignore_aliases(self, data: object) -> bool:
        del data
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002 - as PyYAML calls it
        del indentless  # the items of a list stand further in than its name
        super().increase_indent(flow, indentless=False)


_Dumper.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known if tag != _DATE]
    for first, known in yaml.SafeDumper.yaml_implicit_resolvers.items()
}


def dump(value: Any, *, flow: bool = False) -> str:  # noqa: ANN401 - any JSON
    """Return a value as YAML text, in the order of its keys; with `flow` what is inside stands on one line."""
    width = _ENDLESS if flow else _WIDTH
    text: str = yaml.dump(
        value, Dumper=_Dumper, default_flow_style=flow, sort_keys=False, allow_unicode=True, width=width
    )
    return text
