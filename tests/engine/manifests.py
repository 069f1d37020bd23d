"""The fixture library's place and run-time data, and manifests for it."""

from pathlib import Path

FIXTURE = Path(__file__).parent / "fixtures" / "library"
DATA = {
    "params": {"thresholds": {"size": 10}},
    "context": {"as_of": "2026-11-22", "cutoff": {"P1Y": "2025-11-22"}, "reached": {}, "ahead": {}},
}
SEED = "".join(chr(0x4E00 + index) for index in range(200))


def manifest(vendor="acme", **more):
    """Return a manifest in which the fixture's controls find nothing."""
    return {"metadata": {"id": vendor}, "owner": {"name": "Ann"}, "derived": {}, **more}


def misbehaving(how, vendor="rogue"):
    """Return a manifest on which the fixture's third control loops, hogs memory, or contradicts itself."""
    return manifest(vendor, misbehave=how, seed=SEED, text="x" * 100_000)
