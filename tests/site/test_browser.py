"""The pages in Chromium: quiet, asking nobody, usable by keyboard, in both schemes, on paper and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.real import need_axe
from tests.site.builders import many, material, write
from tests.site.conftest import PATIENCE, watched
from tests.site.test_hostile import hostile

pytestmark = pytest.mark.timeout(900)  # the nights that the site tells of come first
expect.set_options(timeout=PATIENCE)

VENDOR = "vendors/cedarvoice-transcription.html"
KINDS = (
    "index.html",
    "vendors.html",
    VENDOR,
    "changes.html",
    "lapses.html",
    "controls.html",
    "controls/DP-03.html",
    "frameworks.html",
    "frameworks/gdpr.html",
)
GRAVE = {"serious", "critical"}
# Returns only when the page was kept from what the text does.
REFUSED = "() => new Promise(done => {{ addEventListener('securitypolicyviolation', done, {{once: true}}); let {} }})"
ALL = "() => document.querySelectorAll('details').forEach(one => { one.open = true; })"


def home(folder):
    return f"file://{folder}/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_kind_has_a_grave_fault_for_assistive_technology(chromium, folder, scheme):
    axe = need_axe().read_text(encoding="utf-8")
    faults = []
    with watched(chromium, home(folder), color_scheme=scheme) as (page, seen):
        for kind in KINDS:
            page.goto(home(folder) + kind)
            page.evaluate(ALL)
            page.evaluate(axe)
            found = page.evaluate("() => axe.run({preload: false})")  # it would fetch the style sheet
            assert found["passes"], kind
            faults += [
                (kind, one["id"], one["nodes"][0]["html"][:120])
                for one in found["violations"]
                if one["impact"] in GRAVE
            ]
    assert not faults
    assert not seen, seen


@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_kind_is_quiet_and_fits_from_a_file_and_from_a_server(chromium, folder, served, width):
    for start in (home(folder), served):
        with watched(chromium, start, viewport={"width": width, "height": 844}) as (page, seen):
            for kind in KINDS:
                page.goto(start + kind)
                assert page.evaluate("document.documentElement.scrollWidth") <= width, kind
                assert page.evaluate("getComputedStyle(document.querySelector('.top')).display") == "flex", kind
            assert not seen, seen


def test_a_policy_keeps_out_what_a_manifest_might_smuggle_in(chromium, folder):
    with watched(chromium, home(folder)) as (page, seen):
        page.goto(home(folder) + "index.html")
        for text in (
            "one = document.createElement('img'); one.src = 'https://evil.example/x.png'; document.body.append(one)",
            "one = document.createElement('script'); one.textContent = 'window.hit = 1'; document.body.append(one)",
            "one = fetch('https://evil.example/').catch(() => 0)",
        ):
            page.evaluate(REFUSED.format(text))
        assert page.evaluate("window.hit") is None
        assert {one.partition(" ")[0] for one in seen.violations} >= {"img-src", "script-src-elem", "connect-src"}
        assert not seen.foreign


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    return write(tmp_path_factory.mktemp("crowd") / "site", material(many(330)))


def rows(page):
    return page.locator("#vendors tbody tr")


def test_search_and_filters_find_vendors(chromium, crowd):
    with watched(chromium, home(crowd)) as (page, seen):
        page.goto(home(crowd) + "vendors.html")
        found = page.locator("#found")
        expect(found).to_have_text("330 vendors")
        expect(rows(page)).to_have_count(50)
        page.get_by_role("button", name="On").click()
        expect(page.locator("#where")).to_contain_text("51 to 100")
        page.get_by_label("Search", exact=True).fill("services 12 vendor-00012")
        expect(found).to_have_text("1 of 330 vendors")
        page.get_by_role("link", name="Example Services 12", exact=True).click()
        page.wait_for_url("**/vendors/vendor-00012.html")
        page.go_back()
        expect(page.get_by_label("Search", exact=True)).to_have_value("services 12 vendor-00012")
        page.get_by_role("button", name="Clear").click()
        expect(found).to_have_text("330 vendors")
        page.locator("select[name=verdict]").select_option("blocked")
        expect(found).to_have_text("110 of 330 vendors")
        page.locator("select[name=tier]").select_option("low")
        expect(found).to_have_text("28 of 330 vendors")
        page.locator("select[name=control]").select_option("PC-03")
        page.locator("select[name=state]").select_option("open")
        expect(found).to_contain_text("nothing fits")
        assert not seen, seen


def test_links_of_other_pages_set_the_filters(chromium, crowd):
    with watched(chromium, home(crowd)) as (page, seen):
        page.goto(home(crowd) + "index.html")
        page.get_by_role("link", name="passes with warnings").click()
        expect(page.locator("#found")).to_have_text("55 of 330 vendors")
        page.goto(home(crowd) + "controls/DP-03.html")
        page.get_by_role("link", name="Search and filter", exact=True).click()
        expect(page.locator("select[name=control]")).to_have_value("DP-03")
        assert not seen, seen


def test_all_of_it_works_by_keyboard(chromium, crowd):
    with watched(chromium, home(crowd)) as (page, seen):
        page.goto(home(crowd) + "index.html")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()
        page.keyboard.press("/")
        page.keyboard.type("vendor-00300")
        page.keyboard.press("Enter")
        page.wait_for_url("**/vendors.html?**")
        expect(page.locator("#found")).to_have_text("1 of 330 vendors")
        page.keyboard.press("/")
        expect(page.locator("#filters [name=q]")).to_be_focused()
        rows(page).get_by_role("link").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/vendors/vendor-00300.html*")
        page.locator("summary").first.focus()
        was = page.locator("details").first.get_attribute("open")
        page.keyboard.press("Enter")
        assert page.locator("details").first.get_attribute("open") != was
        assert not seen, seen


def test_without_a_script_every_vendor_is_reached(chromium, crowd):
    with watched(chromium, home(crowd), java_script_enabled=False) as (page, seen):
        page.goto(home(crowd) + "vendors.html")
        assert not page.locator("#filters").is_visible()
        pages = [one.get_attribute("href") for one in page.locator("#pages a").all()]
        named = []
        for name in pages:
            page.goto(home(crowd) + name)
            named += page.locator("#vendors tbody th").all_inner_texts()
        assert len(pages) == 4
        assert len(set(named)) == 330
        assert not seen, seen


def test_paper_shows_what_is_folded_and_no_navigation(chromium, folder):
    with watched(chromium, home(folder), color_scheme="dark") as (page, seen):
        page.goto(home(folder) + VENDOR)
        folded = page.locator("details:not([open])").count()
        assert folded
        page.evaluate("window.print = null; window.dispatchEvent(new Event('beforeprint'))")
        assert page.locator("details:not([open])").count() == 0
        page.emulate_media(media="print")
        assert not page.get_by_role("navigation", name="Pages").is_visible()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert page.locator("details:not([open])").count() == folded
        assert page.pdf(format="A4").startswith(b"%PDF")
        assert not seen, seen


def test_a_link_to_a_folded_control_opens_it(chromium, folder):
    with watched(chromium, home(folder)) as (page, seen):
        page.goto(home(folder) + VENDOR + "#DP-03")
        assert page.locator("#DP-03").get_attribute("open") is not None
        assert not seen, seen


def test_hostile_text_does_nothing(chromium, tmp_path):
    place = hostile(tmp_path / "site")
    with watched(chromium, home(place)) as (page, seen):
        for name in ("index.html", "vendors.html", "changes.html", "controls/DP-03.html"):
            page.goto(home(place) + name)
        for path in sorted((place / "vendors").glob("*.html"))[:12]:
            page.goto(f"file://{path}")
        page.goto(home(place) + "vendors.html#q=%3Cscript%3E")
        expect(page.locator("#found")).to_contain_text("of 515")
        assert not seen, seen
