"""`checker vendor import`: a register of vendors, one a row, becomes a manifest for each."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from checker import documents, intake
from checker.commands.check import write
from checker.commands.workspace import shipped_directory
from checker.drafting import draft
from checker.errors import UsageError
from checker.report.escape import plain, prose
from checker.report.summary import plural
from checker.schema import open_schemas

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from checker.commands.workspace import Workspace
    from checker.intake import Draft, RegisterMapping, Sheet

EPILOG = """examples:
  checker vendor import register.csv --example-mapping > mapping.toml   a mapping to start from, by the header
  checker vendor import register.csv --mapping mapping.toml --dry-run   which rows are good, which are not, and why
  checker vendor import register.csv --mapping mapping.toml             write what is good

Every row becomes a manifest, or is listed with its column and the reason. Row 1 is the first of the file.
"""
_MAPPING_BYTES = 1 << 20
_MOST_LISTED = 8


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("register", metavar="REGISTER.csv", nargs="?", help="the register, one vendor a row")
    parser.add_argument("--mapping", metavar="FILE", help="which column fills which field (TOML or YAML)")
    parser.add_argument(
        "--example-mapping", action="store_true", help="print a mapping to start from; given a register, one for it"
    )
    parser.add_argument("--out", metavar="DIR", help="where the manifests go (default: the configured directory)")
    parser.add_argument("--dry-run", action="store_true", help="list what would be written, and write nothing")
    parser.add_argument("--force", action="store_true", help="write over manifests that are there already")
    parser.add_argument("--hints", action="store_true", help="add every other field as a comment, as `vendor new` does")


def run(workspace: Workspace, options: argparse.Namespace) -> int:
    """Import the register; 1 when a row could not be."""
    if options.example_mapping:
        register = options.register or "REGISTER.csv"
        columns = intake.read_sheet(register, read_file(register, intake.MAX_BYTES)).columns if options.register else ()
        sys.stdout.write(intake.guessed(columns, register))
        return 0
    if not options.register or not options.mapping:
        missing = "REGISTER.csv" if not options.register else "--mapping"
        raise UsageError(
            f"{missing} must be given", "`checker vendor import --example-mapping` prints a mapping to start from"
        )
    mapping = _mapping(workspace, options.mapping)
    content = read_file(options.register, intake.MAX_BYTES)
    sheet = intake.read_sheet(
        options.register, content, encoding=mapping.encoding, delimiter=mapping.delimiter, header=mapping.header_row
    )
    found = intake.drafts(sheet, mapping, workspace.schemas)
    folder = workspace.relative(options.out) if options.out else workspace.config.manifests.strip("/")
    _require_inside(workspace, folder)
    written, refused = _write(workspace, options, folder, [one for one in found if not one.troubles])
    _list(options.register, found, refused)
    _sum_up(options, sheet, found, (written, refused))
    _tell_unmapped(sheet, mapping)
    if written and not options.dry_run:
        print(f"next: `checker check`, then `checker vendor questionnaire {Path(written[0]).stem}`")
    return int(bool(refused or any(one.troubles for one in found)))


def _mapping(workspace: Workspace, name: str) -> RegisterMapping:
    own = open_schemas(shipped_directory() / "schemas", {})  # as for checker.toml: an older copy may lack it
    return intake.read_mapping(name, read_file(name, _MAPPING_BYTES), own, workspace.schemas)


def read_file(name: str, most: int) -> bytes:
    """Read a file that the user named, wherever it is."""
    path = Path(name)
    try:
        if not path.is_file():
            what = "is no ordinary file" if path.exists() else "does not exist"
            raise UsageError(f"{name} {what}", "name a file")
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}", "look at its permissions") from error
    if len(content) > most:
        raise UsageError(f"{name} is larger than {most:,} bytes", "split it")
    return content


def _require_inside(workspace: Workspace, folder: str) -> None:
    if not Path(os.path.realpath(workspace.root / folder)).is_relative_to(os.path.realpath(workspace.root)):
        raise UsageError(f"{folder} leads out of the repository", "give --out a directory inside of it")


def _write(
    workspace: Workspace, options: argparse.Namespace, folder: str, good: Iterable[Draft]
) -> tuple[list[str], list[tuple[int, str]]]:
    """Write the manifests; return their paths, and row and path of those that are there already."""
    written, refused = [], []
    for one in good:
        path = f"{folder}/{one.vendor}.yaml"
        target = workspace.root / path
        if os.path.lexists(target) and (not options.force or target.is_symlink() or not target.is_file()):
            refused.append((one.row, path))
            continue
        written.append(path)
        if not options.dry_run:
            target.parent.mkdir(parents=True, exist_ok=True)
            write(_text(workspace, path, one, hints=options.hints), str(target))
    return written, refused


def _text(workspace: Workspace, path: str, one: Draft, *, hints: bool) -> str:
    schema = ""
    if workspace.schema_directory.is_relative_to(workspace.root):
        relative = os.path.relpath(workspace.schema_directory, (workspace.root / path).parent)
        schema = f"{relative}/vendor-manifest.schema.json"
    if hints:
        return draft(workspace.schemas, one.data, file=path, schema=schema)
    return (f"# yaml-language-server: $schema={schema}\n" if schema else "") + documents.dump(one.data)


def _list(register: str, found: Iterable[Draft], refused: Iterable[tuple[int, str]]) -> None:
    for one in found:
        for trouble in one.troubles:
            column = f", column `{plain(trouble.column)}`" if trouble.column else ""
            print(f"{plain(register)}: row {trouble.row}{column}: {prose(trouble.message)}")
            print(f"  fix: {prose(trouble.fix)}")
    for row, path in refused:
        print(f"{plain(register)}: row {row}: {plain(path)} is there already, and stays as it is")
        print("  fix: edit it, remove it, or write over it with --force")


def _sum_up(
    options: argparse.Namespace, sheet: Sheet, found: Iterable[Draft], done: tuple[list[str], list[tuple[int, str]]]
) -> None:
    written, refused = done
    blank, bad = sum(row.blank for row in sheet.rows), sum(bool(one.troubles) for one in found)
    verb = "would be written" if options.dry_run else "written"
    parts = [f"{plural(len(written), 'manifest')} {verb}", f"{plural(bad, 'row')} with errors"]
    parts += [f"{plural(len(refused), 'file')} left as they are"] if refused else []
    parts += [f"{plural(blank, 'blank row')} skipped"] if blank else []
    print(f"{plain(options.register)}: {plural(len(sheet.rows), 'row')}, {sheet.how}: {', '.join(parts)}")


def _tell_unmapped(sheet: Sheet, mapping: RegisterMapping) -> None:
    mapped = {sheet.column(one.name) for one in mapping.columns}
    left = [plain(name) for name in sheet.columns if name not in mapped]
    if left:
        print(
            f"columns that no field is mapped to: {', '.join(left[:_MOST_LISTED])}{', ..' * (len(left) > _MOST_LISTED)}"
        )
