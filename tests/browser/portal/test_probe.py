from tests.browser.portal import places
from tests.associate import new_store, tablet
from playwright.sync_api import expect
from tests.counter_sales import sold

def test_wide(browser, shop):
    at = tablet(shop.app, "admin", store=new_store(shop.app, subsidiary="NORTHWIND-UK"))
    context = shop.context(browser, at)
    page = context.new_page()
    for place in places.looking_after(at):
        if place.name == "a person":
            page.goto(place.path)
            page.set_viewport_size({"width": 320, "height": 800})
            print(page.evaluate("[document.documentElement.scrollWidth, [...document.querySelectorAll('body *')].filter(e=>e.getBoundingClientRect().right>320).map(e=>e.outerHTML.slice(0,150))]"))
    made = sold(at)
    page.set_viewport_size({"width": 744, "height": 800})
    page.goto(made.url + "/evidence")
    for kind in ("json", "pdf", "json"):
        try:
            with page.expect_download(timeout=8000) as d:
                page.locator(f"button[value={kind}]").click(timeout=3000)
            print(kind, d.value.suggested_filename)
        except Exception as e:
            print(kind, "NO", str(e)[:200])
    context.close()
    assert 0
