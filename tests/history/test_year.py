"""A year in the life: what 365 nights keep and tell is what a person finds with a calendar and a pencil."""

import json
from datetime import date, timedelta

import pytest

from tests.history import year
from tests.history.year import FIRST, MONTHLY, NIGHTS, checker

SIX = " ".join(MONTHLY)
# Night, `+` for what comes to fail and `-` for what no longer does, finding, vendors, and what differs beside the date.
# A meeting is due a month after the last, so it is overdue the day after; an attestation, licence or waiver holds
# through its last day; a screening is due every month at tiers critical and high, every three at medium; people are
# briefed on what the law asks once in twelve months. One vendor is still being selected, and has no licence yet.
EXPECTED = f"""
2026-11-22 + LL-01.no_licence         sollbruck-collections / first-run
2026-12-05 + GR-04.meeting_overdue    quillforge-software
2026-12-06 + GR-04.meeting_overdue    cedarvoice-transcription
2026-12-10 + GR-04.meeting_overdue    sollbruck-collections
2026-12-11 + GR-04.meeting_overdue    harbourline-contact
2026-12-12 + GR-04.meeting_overdue    palmleaf-data-entry
2026-12-13 + GR-04.meeting_overdue    ledgermoor-payroll
2026-12-15 + EN-01.old_version        sollbruck-collections
2026-12-19 + GR-05.expired            sollbruck-collections
2026-12-21 + GR-04.meeting_overdue    nordlys-cloud
2026-12-21 + LL-03.screening_overdue  {SIX} sollbruck-collections
2027-01-04 - GR-04.meeting_overdue    {SIX} / manifest
2027-01-04 - LL-03.screening_overdue  {SIX} / manifest
2027-01-10 - EN-01.old_version        sollbruck-collections / waivers
2027-01-13 + LL-03.screening_overdue  pixelharbor-social
2027-02-05 + GR-04.meeting_overdue    {SIX}
2027-02-05 + LL-03.screening_overdue  {SIX}
2027-02-10 + EN-01.old_version        sollbruck-collections
2027-02-15 + LL-01.expired            palmleaf-data-entry
2027-02-17 + GR-04.meeting_overdue    pixelharbor-social
2027-02-20 - LL-01.expired            palmleaf-data-entry / manifest
2027-03-01 - LL-03.screening_overdue  {SIX} pixelharbor-social sollbruck-collections / parameters
2027-05-05 + LL-03.briefing_overdue   ledgermoor-payroll
2027-05-09 + GR-05.expired            nordlys-cloud
2027-05-12 + LL-03.briefing_overdue   cedarvoice-transcription
2027-05-26 + LL-03.briefing_overdue   quillforge-software
2027-07-01 + LL-03.briefing_overdue   harbourline-contact
2027-07-01 + LL-01.expired            harbourline-contact palmleaf-data-entry
2027-07-14 + LL-03.briefing_overdue   palmleaf-data-entry
2027-09-08 + LL-03.briefing_overdue   pixelharbor-social
2027-09-22 + LL-03.briefing_overdue   nordlys-cloud
2027-10-06 + GR-05.expired            cedarvoice-transcription
2027-10-13 + LL-03.screening_overdue  pixelharbor-social
2027-10-13 + LL-03.briefing_overdue   sollbruck-collections
2027-10-21 + GR-05.expired            pixelharbor-social
2027-10-26 + GR-05.expired            ledgermoor-payroll
2027-10-30 + GR-05.expired            harbourline-contact
2027-11-02 + GR-05.expired            quillforge-software
2027-11-21 + LL-03.screening_overdue  sollbruck-collections
"""
FORETOLD = """
2026-12-05 GR-04 quillforge-software
2026-12-06 GR-04 cedarvoice-transcription
2026-12-10 GR-04 sollbruck-collections
2026-12-11 GR-04 harbourline-contact
2026-12-12 GR-04 palmleaf-data-entry
2026-12-13 GR-04 ledgermoor-payroll
2026-12-15 EN-01 sollbruck-collections
2026-12-19 GR-05 sollbruck-collections
2026-12-21 GR-04 nordlys-cloud
2026-12-21 LL-03 cedarvoice-transcription
2026-12-21 LL-03 harbourline-contact
2026-12-21 LL-03 ledgermoor-payroll
2026-12-21 LL-03 nordlys-cloud
2026-12-21 LL-03 palmleaf-data-entry
2026-12-21 LL-03 quillforge-software
2026-12-21 LL-03 sollbruck-collections
2027-01-13 LL-03 pixelharbor-social
2027-02-15 LL-01 palmleaf-data-entry
2027-02-17 GR-04 pixelharbor-social
2027-05-09 GR-05 nordlys-cloud
2027-07-01 LL-01 harbourline-contact
2027-10-06 GR-05 cedarvoice-transcription
2027-10-21 GR-05 pixelharbor-social
2027-10-26 GR-05 ledgermoor-payroll
2027-10-28 GR-05 palmleaf-data-entry
2027-10-30 GR-05 harbourline-contact
2027-11-02 GR-05 quillforge-software
"""
FAILING = {"fail", "undetermined", "error"}


def expected():
    """Return night, sign, finding, vendor and differences of every line, a row for each vendor."""
    rows = set()
    for line in EXPECTED.split("\n"):
        if line:
            what, _, causes = line.partition(" / ")
            night, sign, rule, *vendors = what.split()
            differs = "first run" if causes == "first-run" else " ".join(["date", *causes.split()])
            rows |= {(night, sign, rule, vendor, differs) for vendor in vendors}
    return rows


@pytest.mark.timeout(1800)
def test_a_year_of_nights_is_what_the_calendar_says(tmp_path):
    year.begin(tmp_path)
    code, ahead = checker(tmp_path, "forecast", "--as-of", FIRST, "--within", "P12M", "--jobs", "1", "--output", "json")
    assert code == 0
    told = [f"{one['day']} {one['control']} {one['vendor']}" for one in json.loads(ahead)["lapses"]]
    assert sorted(told) == FORETOLD.split("\n")[1:-1]

    codes = year.play(tmp_path)
    assert len(codes) == NIGHTS
    assert set(codes) == {0, 1}

    from checker.history import open_history

    history = open_history(".checker/history.db", tmp_path, create=False)
    runs = history.runs()
    assert [run.as_of for run in runs] == [(FIRST + timedelta(number)).isoformat() for number in range(NIGHTS)]
    found = set()
    for run in runs:
        for change in history.changes(run.number):
            was, now = change.before in FAILING, change.after in FAILING
            if was != now:
                causes = " ".join(sorted(change.causes))
                found.add((run.as_of, "+" if now else "-", change.rule, change.vendor, causes))
    since = history.open_since()
    history.close()
    assert found == expected()

    # What is open in the end is open since the last night on which it began.
    last = {}
    for night, sign, rule, vendor, _ in sorted(expected()):
        last[vendor, rule] = night if sign == "+" else ""
    _, shown = checker(tmp_path, "history", "show", "--output", "json")
    still = {
        (vendor["vendor"], one["rule"]): since[one["fingerprint"]]
        for vendor in json.loads(shown)["vendors"]
        for result in vendor["results"]
        for one in result["findings"]
        if one["status"] in FAILING
    }
    assert still == {key: night for key, night in last.items() if night}

    assert checker(tmp_path, "history", "verify")[0] == 0
    for number in (1, 44, 91, 100, NIGHTS):
        assert checker(tmp_path, "history", "verify", "--replay", number)[0] == 0, number


def test_the_table_is_of_this_year():
    nights = {date.fromisoformat(night) for night, *_ in expected()}
    assert min(nights) == FIRST
    assert max(nights) < FIRST + timedelta(NIGHTS)
