"""`checker vendor new` and `vendor sign`: manifests without the pain of an empty file and of a digest."""

from __future__ import annotations

import os
import re
import shutil
import sys
from typing import TYPE_CHECKING, Any, Final

from checker import calendar, facts
from checker.commands.check import colored, write
from checker.commands.workspace import load_manifest, parse_day
from checker.documents import Document
from checker.drafting import draft, signed
from checker.errors import UsageError, nearest
from checker.report.escape import plain
from checker.report.terminal import Page

if TYPE_CHECKING:
    import argparse

    from checker.commands.workspace import Workspace
    from checker.model import JsonObject, Keys

NEW_EPILOG: Final = """examples:
  checker vendor new halcyon-support        asks in a terminal for what is not given
  checker vendor new halcyon-support --legal-name "Halcyon Support Inc." --service customer_support \
--function supporting --tier high --regime gdpr --region EEA --category personal_contact --country PH \
--start 2027-02-01 --owner "Anna Lind <a.lind@client.example>"
"""
SIGN_EPILOG: Final = """examples:
  checker vendor sign halcyon-support --dry-run        the block as it would be written
  checker vendor sign halcyon-support --name "M. Santos" --role chief_executive_officer \
--email m.santos@halcyon.example --statement-version 2
  checker vendor sign halcyon-support                  later: the same signer, a new day and digest
"""
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
# Option, what is asked for it in a terminal, the field, and whether several are allowed.
_ASKED: Final[tuple[tuple[str, str, Keys, bool], ...]] = (
    ("legal_name", "legal name of the vendor", ("metadata", "legal_name"), False),
    ("service", "what it does for you", ("scope", "service"), False),
    ("function", "kind of function", ("scope", "function"), False),
    ("tier", "risk tier", ("scope", "risk_tier"), False),
    ("regime", "laws that apply", ("scope", "regimes", 0), True),
    ("region", "where the data subjects live", ("scope", "data_subject_regions", 0), True),
    ("category", "categories of data", ("scope", "data", 0, "category"), True),
    ("country", "countries where it works", ("scope", "locations", 0, "country"), True),
    ("start", "planned first day of the contract, YYYY-MM-DD", ("contract", "effective"), False),
)
_SIGNER: Final = ("name", "role", "email", "statement_version")
_TRIES: Final = 3
_SHOWN: Final = 12
_MOST_SHOWN: Final = 40
"""Choices that are told whole; of more, such as countries, some show the form."""


def configure_new(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `vendor new`."""
    parser.add_argument("vendor", metavar="ID", help="its id: small letters, digits and hyphens; also the file name")
    for name, about, _, several in _ASKED:
        text = f"{about}; repeatable, `none` for none" if several else about
        action = "append" if several else "store"
        parser.add_argument(f"--{name.replace('_', '-')}", metavar="TEXT", help=text, action=action)
    parser.add_argument("--as-of", metavar="DATE", help="the day that counts as today, YYYY-MM-DD")
    parser.add_argument("--owner", metavar="NAME <EMAIL>", help="who answers for the vendor at your side")


def configure_sign(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `vendor sign`."""
    parser.add_argument("vendor", help="the id of a vendor, or its file")
    parser.add_argument("--name", help="who signs; needed once, then kept")
    parser.add_argument("--role", help="the signer's role, such as chief_executive_officer")
    parser.add_argument("--email", help="the signer's address")
    parser.add_argument("--statement-version", metavar="TEXT", help="the version of the statement that is signed")
    parser.add_argument("--as-of", metavar="DATE", help="the day of the sign-off, YYYY-MM-DD (default: today)")
    parser.add_argument("--valid-until", metavar="DATE", help="the last day that it covers (default: the longest term)")
    parser.add_argument("--dry-run", action="store_true", help="print the block, and write nothing")


def new(workspace: Workspace, options: argparse.Namespace) -> int:
    """Write a first manifest; UsageError when there is one, or when an answer is missing or wrong."""
    vendor = options.vendor
    if not _ID.fullmatch(vendor):
        raise UsageError(
            f"`{plain(vendor)}` is no id of a vendor", "use small letters, digits and hyphens: halcyon-support"
        )
    path = f"{workspace.config.manifests.strip('/')}/{vendor}.yaml"
    if os.path.lexists(workspace.root / path):
        raise UsageError(f"{path} is there already", f"edit it, or look at it by `checker vendor show {vendor}`")
    answers = _answers(workspace, options)
    if parse_day(answers["start"]) <= workspace.as_of:
        message = f"the contract is to begin on {answers['start']}, which is not ahead"
        raise UsageError(message, "give a later day; for a contract that runs write `lifecycle: active` afterwards")
    values = _values(vendor, answers, options.owner)
    text = draft(workspace.schemas, values, file=path, schema=workspace.editor_schema(path))
    loaded = Document(path, values, b"")
    problems = workspace.schemas.check(loaded, "VendorManifest")
    if problems:
        raise UsageError(problems[0].message, problems[0].fix)
    (workspace.root / path).parent.mkdir(parents=True, exist_ok=True)
    write(text, str(workspace.root / path))
    print(f"{path} is written, as a prospective vendor: nothing blocks yet")
    print(f"next: fill in what is commented out, or ask: `checker vendor questionnaire {vendor}`;")
    print(f"      `checker check {path}` tells what is still missing")
    return 0


def _answers(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Return the answer for each field, from the options or asked in a terminal."""
    found: dict[str, Any] = {}
    missing: list[str] = []
    for number, (name, about, keys, several) in enumerate(_ASKED, 1):
        given = getattr(options, name)
        allowed = [str(one) for one in workspace.schemas.declared(keys).get("enum", ())]
        if given is None and not sys.stdin.isatty():
            missing.append(f"--{name.replace('_', '-')}")
        elif given is None:
            found[name] = _asked(number, about, allowed, several=several)
        else:
            found[name] = _checked(given, allowed, several=several)
    if missing:
        raise UsageError(f"{', '.join(missing)} must be given", "or run it in a terminal, which asks for them")
    return found


def _asked(number: int, about: str, allowed: list[str], *, several: bool) -> Any:  # noqa: ANN401 - a text or several
    page = Page(shutil.get_terminal_size((100, 24)).columns, colored("auto"))
    print(f"{page.paint(f'{number} of {len(_ASKED)}', '2')}  {page.paint(about, '1')}")
    shown = allowed if len(allowed) <= _MOST_SHOWN else [*allowed[:_SHOWN], ".."]
    more = "; several with commas, or none" if several else ""
    if shown:
        print("\n".join(page.paint(line, "2") for line in page.wrap(", ".join(shown) + more, "        ", "        ")))
    for attempt in range(_TRIES):
        answer = input("      > ").strip()
        try:
            return _checked([one.strip() for one in answer.split(",")] if several else answer, allowed, several=several)
        except UsageError as error:
            if attempt == _TRIES - 1:
                raise
            print(f"        {error.message}: {error.hint}")
    raise RuntimeError("the last try ends otherwise")


def _checked(given: Any, allowed: list[str], *, several: bool) -> Any:  # noqa: ANN401 - a text or several
    if several:
        return [] if given == ["none"] else [_checked(one, allowed, several=False) for one in given]
    if not given:
        raise UsageError("an answer is empty", "write one, or end with Ctrl-C")
    if allowed and given not in allowed:
        raise UsageError(f"`{plain(given)}` is not possible", nearest(given, allowed))
    return given


def _values(vendor: str, answers: dict[str, Any], owner: str | None) -> JsonObject:
    metadata = {"id": vendor, "legal_name": answers["legal_name"], "lifecycle": "prospective"}
    if owner:
        found = re.fullmatch(r"\s*([^<>]+?)\s*<([^<>\s]+)>\s*", owner)
        if not found:
            hint = 'write --owner "Anna Lind <a.lind@client.example>"'
            raise UsageError(f"`{plain(owner)}` is no name with an address", hint)
        metadata["owner"] = {"name": found[1], "email": found[2]}
    return {
        "apiVersion": "vendorpolicy/v1",
        "kind": "VendorManifest",
        "metadata": metadata,
        "scope": {
            "service": answers["service"],
            "function": answers["function"],
            "risk_tier": answers["tier"],
            "regimes": answers["regime"],
            "data_subject_regions": answers["region"],
            "data": [{"id": one.replace("_", "-"), "category": one} for one in answers["category"]],
            "locations": [{"country": one} for one in answers["country"]],
        },
        "contract": {"effective": answers["start"]},
    }


def sign(workspace: Workspace, options: argparse.Namespace) -> int:
    """Write who signs, when, until when, and the digest over what the vendor attests."""
    path = workspace.find_manifest(options.vendor)
    judge = workspace.judge()
    document = load_manifest(judge, path)
    values = _signature(workspace, options, document)
    made = {**document.data, "attestation": {**document.data.get("attestation", {}), **values}}
    values["digest"] = facts.digest(made, frozenset(workspace.schemas.vendor_blocks))
    made["attestation"] |= values
    problems = workspace.schemas.check(Document(path, made, b""), "VendorManifest")
    if problems:
        raise UsageError(problems[0].message, problems[0].fix)
    text = signed(document, values)
    if options.dry_run:
        for name, value in values.items():
            print(f"{name}: {plain(value)}")
        return 0
    write(text, str(workspace.root / path))
    by = plain(made["attestation"].get("name", "-"))
    print(f"{path} is signed off by {by} on {values['date']},")
    print(f"until {values['valid_until']}; digest {values['digest'][:12]}..")
    return 0


def _signature(workspace: Workspace, options: argparse.Namespace, document: Document) -> dict[str, str]:
    known = document.data.get("attestation", {})
    values = {name: getattr(options, name) for name in _SIGNER if getattr(options, name)}
    missing = [f"--{name.replace('_', '-')}" for name in _SIGNER if name not in values and name not in known]
    if missing:
        raise UsageError(
            f"{document.path} does not tell who signs what: {', '.join(missing)} must be given", "add them"
        )
    tier = document.data["scope"]["risk_tier"]
    longest = workspace.library.parameters["thresholds"]["attestation_validity"].get(tier)
    last = calendar.add(workspace.as_of, longest).isoformat() if longest else None
    until = parse_day(options.valid_until).isoformat() if options.valid_until else last
    if until is None:
        raise UsageError(f"the parameters give no longest term for tier {tier}", "give --valid-until DATE")
    return {**values, "date": workspace.as_of.isoformat(), "valid_until": until}
