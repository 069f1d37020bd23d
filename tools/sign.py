"""Write the true hashes into manifests: the SHA-256 of each evidence file, then the digest of the attestation.

Only hexadecimal digits that stand there already are replaced, so a new entry needs a placeholder of 64 zeros in
quotes. A person must have agreed to what is signed: the digest says that nothing changed since sign-off, not that
anybody signed.
"""

import argparse
import hashlib
import re
from pathlib import Path
from typing import Any

from checker import documents, facts
from checker.documents import Document
from checker.schema import Schemas

SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"
DIGITS = re.compile(r"[0-9a-f]{64}")


def main() -> None:
    """Sign every manifest that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manifests", nargs="+", type=Path, metavar="MANIFEST")
    blocks = vendor_blocks()
    for path in parser.parse_args().manifests:
        print(f"{path}: {sign(path, blocks)} values changed")


def vendor_blocks() -> tuple[str, ...]:
    """Return the top-level keys of a manifest that the vendor attests."""
    return Schemas({file.name: file.read_bytes() for file in SCHEMAS.glob("*.schema.json")}, {}).vendor_blocks


def sign(path: Path, blocks: tuple[str, ...]) -> int:
    """Put the true hashes into one manifest and return how many were not true before."""
    before = read(path)
    folder = path.parent / "evidence" / before.data["metadata"]["id"]
    hashes: dict[tuple[str, ...], str] = {
        ("evidence", name, "sha256"): hashlib.sha256((folder / item["path"]).read_bytes()).hexdigest()
        for name, item in before.data.get("evidence", {}).items()
        if "path" in item and "sha256" in item
    }
    changed = write(before, hashes)
    after = read(path)
    if "digest" in after.data.get("attestation", {}):
        changed += write(after, {("attestation", "digest"): facts.digest(after.data, blocks)})
    return changed


def read(path: Path) -> Document:
    """Return the manifest at `path`; SystemExit names the first problem of one that cannot be read."""
    loaded = documents.load(str(path), path.read_bytes())
    if loaded.document is None:
        raise SystemExit(f"{path}:{loaded.problems[0].line}: {loaded.problems[0].message}")
    return loaded.document


def write(document: Document, values: dict[tuple[str, ...], str]) -> int:
    """Replace the hexadecimal digits at each place in the file and return how many differed."""
    lines = document.content.decode().split("\n")
    for keys, value in values.items():
        place = document.locate(keys)
        line, start = lines[place.line - 1], place.column - 1
        old = DIGITS.match(line, start) or DIGITS.match(line, start + 1)
        if old is None:
            raise SystemExit(f"{place}: this is no digest; write 64 zeros in quotes first")
        lines[place.line - 1] = line[: old.start()] + value + line[old.end() :]
    Path(document.path).write_bytes("\n".join(lines).encode())
    return sum(at(document.data, keys) != value for keys, value in values.items())


def at(data: Any, keys: tuple[str, ...]) -> Any:  # noqa: ANN401 - any value of a manifest
    """Return the value at `keys`."""
    for key in keys:
        data = data[key]
    return data


if __name__ == "__main__":
    main()
