"""The questionnaire as a file to send: Markdown to be read and filled in, or CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checker.report.escape import csv_cell, markdown_code, markdown_prose, markdown_text
from checker.report.summary import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checker.questionnaire.questions import Question

COLUMNS: Final = (
    "vendor",
    "no",
    "about",
    "question",
    "kind of answer",
    "present value",
    "due",
    "why",
    "field",
    "answer",
)
_INTRO: Final = (
    "Please write behind `Answer:`, and leave blank what you cannot tell. The kind of answer says how to write it. "
    "Do not change the headings: by them your answers find their place."
)


@dataclass(frozen=True, slots=True)
class Form:
    """What a questionnaire tells beside its questions."""

    vendor: str
    name: str
    client: str
    reply_by: str
    questions: tuple[Question, ...]


def markdown(form: Form) -> str:
    """Return the questionnaire in Markdown."""
    return "\n".join(_lines(form)) + "\n"


def _lines(form: Form) -> Iterator[str]:
    yield f"# Questions for {markdown_text(form.name)}"
    yield f"\nVendor: {markdown_code(form.vendor)}"
    told = plural(len(form.questions), "question")
    yield f"\n{told}{f' from {markdown_text(form.client)}' if form.client else ''}. Please reply by {form.reply_by}."
    yield f"\n{markdown_prose(_INTRO)}"
    section = ""
    for number, one in enumerate(form.questions, 1):
        if one.section != section:
            section = one.section
            yield f"\n## {markdown_text(section)}"
        yield f"\n### {number}. {markdown_code(one.field)}\n"
        yield f"{markdown_prose(one.text)}\n"
        yield f"- Kind of answer: {markdown_prose(one.kind)}"
        yield f"- Present value: {markdown_code(one.now) if one.now else 'nothing yet'}"
        yield f"- Needed by: {one.due}"
        yield from (f"- Why we ask: {markdown_prose(why)}" for why in one.why)
        yield "\nAnswer:"


def table(form: Form) -> str:
    """Return the questionnaire as CSV, with the mark by which spreadsheets know UTF-8."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for number, one in enumerate(form.questions, 1):
        told = (one.section, *map(_bare, (one.text, one.kind)), one.now, one.due, _bare(" | ".join(one.why)))
        writer.writerow([csv_cell(cell) for cell in (form.vendor, str(number), *told, one.field, "")])
    return f"\ufeff{stream.getvalue()}"


def _bare(text: str) -> str:
    """Return a text without the marks of Markdown for what is written literally."""
    return text.replace("`", "")


FORMS: Final[dict[str, Callable[[Form], str]]] = {"markdown": markdown, "csv": table}
