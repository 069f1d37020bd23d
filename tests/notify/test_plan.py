"""Who is told what, and that nothing is told twice."""

from datetime import date, timedelta

import pytest

from checker.model import Cause, Finding, Forecast, Lapse, Location, Provenance, Result, Severity, Status
from checker.notify.plan import Book, Digest, Item, Kind, Terms, digests, items, overdue
from tests.history.builders import finding, report

TERMS = Terms((30, 7, 1))
TODAY = "2026-11-22"


def found(vendor, rule, status="fail", **more):
    return {**finding(vendor, rule, status), "fix": "mend it", "waiver": None, "control": rule.split(".")[0], **more}


def ahead(day=TODAY, *lapses, until=""):
    """Return a forecast of (vendor, control, day) as of a day."""
    made = [
        Lapse(
            day=when,
            vendor=vendor,
            name=vendor.title(),
            owner="",
            result=Result(
                control,
                Status.FAIL,
                (Finding(f"{control}.late", Status.FAIL, Severity.HIGH, "late", "renew", Location("a.yaml", 2, 3)),),
            ),
            causes=(Cause("the certificate is over", Location("a.yaml", 7, 1)),),
        )
        for vendor, control, when in lapses
    ]
    last = until or (date.fromisoformat(day) + timedelta(days=30)).isoformat()
    return Forecast(Provenance("", "", "", day, "", "", "", ""), (), last, tuple(made), 1, 0, (), 1)


def judged(told, *controls):
    """Return a report that says by which controls it judged."""
    return {**told, "controls": [{"id": one} for one in controls or ("EN-01", "AA-04")]}


class Ledger:
    """What was told, as the history keeps it."""

    def __init__(self):
        self.told = {}

    def night(self, day, findings, *lapses, terms=TERMS, forecast=True):
        """Tell of a night, and return (kind, rule) of what was told."""
        told = judged(report(day, {"acme": findings}))
        every = items(told, ahead(day, *lapses) if forecast else None, self.told, terms, {})
        for one in every:
            self.told[one.key] = one.state
            if not one.state:
                del self.told[one.key]
        return [(str(one.kind), one.rule) for one in every]


def test_a_finding_is_told_when_it_comes_changes_and_goes_and_not_in_between():
    ledger = Ledger()
    nights = [
        ([found("acme", "EN-01.old")], [("new", "EN-01.old")]),
        ([found("acme", "EN-01.old")], []),
        ([found("acme", "EN-01.old", "waived", blocks=False)], [("better", "EN-01.old")]),
        ([found("acme", "EN-01.old", "waived", blocks=False)], []),
        ([found("acme", "EN-01.old", blocks=False)], [("worse", "EN-01.old")]),
        ([found("acme", "EN-01.old")], [("worse", "EN-01.old")]),
        ([], [("fixed", "EN-01.old")]),
        ([], []),
        ([found("acme", "EN-01.old")], [("new", "EN-01.old")]),
    ]
    assert [ledger.night(TODAY, findings) for findings, _ in nights] == [wanted for _, wanted in nights]


def test_what_was_never_worth_telling_is_not_told_when_it_goes():
    ledger = Ledger()
    warned = [found("acme", "EN-01.soon", "warn", blocks=False)]
    assert ledger.night(TODAY, warned) == []
    assert ledger.night(TODAY, []) == []
    assert ledger.night(TODAY, warned, terms=Terms((30,), warnings=True)) == [("new", "EN-01.soon")]


def test_a_due_day_is_told_at_each_step_and_when_it_moves():
    ledger = Ledger()
    day = date(2026, 12, 22)
    told = []
    for left in range(40, 0, -1):
        today = (day - timedelta(days=left)).isoformat()
        lapses = [("acme", "AA-04", day.isoformat())] if left <= 30 else []
        if ledger.night(today, [], *lapses) == [("due", "AA-04")]:
            told.append(left)
    assert told == [30, 7, 1]
    assert ledger.night("2026-12-21", [], ("acme", "AA-04", "2026-12-30")) == [("due", "AA-04")]
    assert ledger.night("2026-12-21", [], ("acme", "AA-04", "2026-12-30")) == []


def test_a_due_day_that_is_met_is_told_and_one_that_passed_is_told_as_the_failure_it_is():
    ledger = Ledger()
    lapse = ("acme", "AA-04", "2026-12-01")
    ledger.night(TODAY, [], lapse)
    assert ledger.night(TODAY, []) == [("settled", "AA-04")]
    ledger.night(TODAY, [], lapse)
    late = [found("acme", "AA-04.expired")]
    assert ledger.night("2026-12-01", late) == [("new", "AA-04.expired")]
    assert ledger.night("2026-12-02", []) == [("fixed", "AA-04.expired")]


def test_without_a_forecast_nothing_is_due_and_nothing_is_settled():
    ledger = Ledger()
    ledger.night(TODAY, [], ("acme", "AA-04", "2026-12-01"))
    assert ledger.night(TODAY, [], forecast=False) == []


def test_a_shorter_horizon_settles_nothing():
    ledger = Ledger()
    ledger.night(TODAY, [], ("acme", "AA-04", "2026-12-20"))
    assert ledger.night(TODAY, [], terms=Terms((7, 1))) == []


def test_a_waiver_that_lapses_is_told_once_however_it_is_known():
    waiver = {"id": "W-1", "path": "w.yaml", "expires": "2026-12-01", "reason": "soon"}
    waived = found("acme", "EN-01.old", "waived", blocks=False, waiver=waiver)
    (alone,) = items(report(TODAY, {"acme": [waived]}), ahead(), {}, TERMS, {})
    assert (alone.kind, alone.day, alone.left, alone.causes) == (
        Kind.DUE,
        "2026-12-02",
        10,
        ("waiver W-1 excuses it until 2026-12-01",),
    )
    both = items(report(TODAY, {"acme": [waived]}), ahead(TODAY, ("acme", "EN-01", "2026-12-02")), {}, TERMS, {})
    assert [one.key for one in both] == ["lapse/acme/EN-01"]


@pytest.mark.parametrize(
    "told",
    [judged(report(TODAY, {"birch": []})), judged(report(TODAY, {"acme": []}), "DP-01")],
    ids=["vendor", "control"],
)
def test_what_was_not_judged_is_not_told_as_mended(told):
    ledger = Ledger()
    ledger.night(TODAY, [found("acme", "EN-01.old")], ("acme", "AA-04", "2026-12-01"))
    assert items(told, ahead(), ledger.told, TERMS, {}) == []


def test_erased_values_are_not_told_as_mended():
    ledger = Ledger()
    ledger.night(TODAY, [found("acme", "EN-01.old")])
    told = {
        **judged(report(TODAY, {})),
        "vendors": [{"path": "a", "vendor": "acme", "verdict": "blocked", "erased": True}],
    }
    assert items(told, ahead(), ledger.told, TERMS, {}) == []


def test_what_is_remembered_holds_nothing_that_a_manifest_says():
    ledger = Ledger()
    ledger.night(TODAY, [found("acme", "EN-01.old")], ("acme", "AA-04", "2026-12-01"))
    text = str(ledger.told)
    assert "Jane Roe" not in text
    assert "Acme" not in text


def item(vendor="acme", rule="EN-01.old", kind=Kind.NEW):
    return Item(f"{vendor}/{rule}", kind, vendor, rule, "high", {"vendor": vendor})


PEOPLE = {"acme": ("ann@client.example", "joe@client.example"), "birch": ("eve@vendor.example",), "cedar": ()}


def book(**more):
    values = {
        "people": lambda vendor: PEOPLE.get(vendor, ()),
        "owners": {"EN-01": "ciso@client.example", "DP-01": "privacy-team"},
        "domains": frozenset({"client.example"}),
        "fallback": "risk@elsewhere.example",
        **more,
    }
    return Book(**values)


@pytest.mark.parametrize(
    ("told", "more", "refused", "recipient"),
    [
        (item(), {}, {}, "ann@client.example"),
        (item(), {"gone": frozenset({"ann@client.example"})}, {}, "joe@client.example"),
        (item(), {}, {"ann@client.example": "is refused"}, "joe@client.example"),
        (item(), {}, dict.fromkeys(PEOPLE["acme"], "is refused"), "ciso@client.example"),
        (item("birch"), {}, {}, "ciso@client.example"),
        (item("cedar"), {}, {}, "ciso@client.example"),
        (item("gone-vendor"), {}, {}, "ciso@client.example"),
        (item("cedar", "DP-01.missing"), {}, {}, "risk@elsewhere.example"),
        (item("cedar", "DP-01.missing"), {"teams": {"privacy-team": "dpo@x.example"}}, {}, "dpo@x.example"),
        (item("cedar", "yaml.tab"), {}, {}, "risk@elsewhere.example"),
        (item("", "parameters.review_overdue"), {}, {}, "risk@elsewhere.example"),
        (item("cedar", "yaml.tab"), {"fallback": ""}, {}, ""),
        (overdue("late", "look", 7, date(2026, 11, 22)), {}, {}, "risk@elsewhere.example"),
    ],
)
def test_the_first_who_can_be_told_is(told, more, refused, recipient):
    assert [one.recipient for one in digests([told], book(**more), refused)] == [recipient]


@pytest.mark.parametrize(
    "address",
    [
        "ann@client.example\r\nBcc: all@client.example",
        "ann@client.example, eve@vendor.example",
        "<ann@client.example>",
        "ann@client.example.vendor.example",
        "ann",
        "änn@client.example",
        f"{'a' * 65}@client.example",
        "@client.example",
    ],
)
def test_what_is_no_address_of_ours_is_passed_over_and_named(address):
    (one,) = digests([item()], book(people=lambda _: (address,)), {})
    assert one.recipient == "ciso@client.example"
    assert one.instead_of[0].startswith(f"{address}, who is named for acme, is ")


def test_each_person_gets_one_digest_and_the_same_has_the_same_id():
    every = [item(), item("birch"), item("acme", "DP-01.missing")]
    made = digests(every, book(), {})
    assert [(one.recipient, len(one.items)) for one in made] == [("ann@client.example", 2), ("ciso@client.example", 1)]
    assert made == digests(every, book(), {})
    assert made[0].id == Digest(made[0].recipient, made[0].items).id != made[1].id
