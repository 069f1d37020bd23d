"""The dashboard: a static site of one run, its history and its forecast.

`Site` makes the pages from `Material`; `vendor_page` makes those of the vendors, in as many processes as one likes.
"""

from checker.report.site.folder import check, swapped_in, write
from checker.report.site.material import Basis, Event, Known, Material, Past, Proof, Row, Sources
from checker.report.site.pages import Site
from checker.report.site.shell import Shell
from checker.report.site.vendor import Case
from checker.report.site.vendor import render as vendor_page

__all__ = [
    "Basis",
    "Case",
    "Event",
    "Known",
    "Material",
    "Past",
    "Proof",
    "Row",
    "Shell",
    "Site",
    "Sources",
    "check",
    "swapped_in",
    "vendor_page",
    "write",
]
