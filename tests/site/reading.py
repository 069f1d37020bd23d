"""Reading pages as a browser's parser does."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Page(HTMLParser):
    """The elements of a page, its links, anchors and text."""

    text: str
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data):
        self.words.append(data)

    @property
    def links(self) -> list[str]:
        return [found["href"] for tag, found in self.elements if tag == "a"]

    @property
    def anchors(self) -> set[str]:
        return {found["id"] for _, found in self.elements if "id" in found}


def pages(folder: Path) -> dict[str, Page]:
    """Return all pages of a site by their path in it."""
    found = sorted(folder.rglob("*.html"))
    return {path.relative_to(folder).as_posix(): Page(path.read_text(encoding="utf-8")) for path in found}
