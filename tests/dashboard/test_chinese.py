"""A ward that reads Chinese: no English is left on its pages, nothing is cut off, and a key switches the language."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.dashboard.conftest import Ward
from tests.live_page import wait_for_text

pytestmark = pytest.mark.timeout(600)

WALL_WORDS = {"FT", "KL", "PN", "WK", "CH", "HW", "MP", "SS", "Demo", "ward", "Page", "Home", "End", "Esc", "English"}
NAMES = {
    *("RR", "NN", "SD", "SDNN", "SDANN", "RMSSD", "pNN", "LF", "HF", "VLF", "QRS", "ms", "mm", "mV", "Hz"),
    *("Poincaré", "Lomb", "Scargle", "Dash", "Zong", "MIT", "BIH", "Wardbeat", "shipped"),
    *("wardbeat", "walls", "pair", "name", "UTC"),
}
"""What is called so in Chinese too: units, numbers of variability, authors; the names that the demo ward has."""
LEFTOVERS = """(allowed) => {
  const found = new Set(), known = new Set(allowed);
  const look = (text) => {
    for (const word of (text || '').match(/[A-Za-zé]{2,}/g) || [])
      if (!known.has(word)) found.add(word + ' in: ' + text.trim().slice(0, 60));
  };
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (!node.parentElement.closest('script, style, [data-language]')) look(node.data);
  for (const node of document.querySelectorAll('[title], [aria-label], [placeholder]'))
    for (const name of ['title', 'aria-label', 'placeholder']) look(node.getAttribute(name));
  return [...found];
}"""
"""Latin words in all texts of the page, hidden ones too, and in the attributes that are read."""
CUT_OFF = """async () => {
  const cut = () => [...document.querySelectorAll('body *')].filter((node) => {
    if (node.closest('svg, script, .who, .still') || !node.checkVisibility({ visibilityProperty: true })) return false;
    if (![...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim())) return false;
    const box = node.getBoundingClientRect(), clips = getComputedStyle(node).overflowX !== 'visible';
    return box.left < -1 || box.right > innerWidth + 1 || (clips && node.scrollWidth > node.clientWidth + 1);
  }).map((node) => node.className + ': ' + node.textContent.trim().slice(0, 40));
  for (let tries = 0; tries < 50 && cut().length; tries++) await new Promise((next) => setTimeout(next, 200));
  return cut();
}"""
"""Elements with words of their own that leave the screen or are cut off at their edge, once the page has settled."""


@pytest.fixture(scope="module")
def reader(chromium: Browser, ward: Ward) -> Iterator[Page]:
    """A page of a browser that prefers Chinese, in another time zone than the server."""
    size = {"width": 1920, "height": 1080}
    context = ward.house.log_in(chromium, viewport=size, locale="zh-CN", timezone_id="Asia/Urumqi")
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert wrong == []


def assert_chinese(page: Page, *more: str) -> None:
    assert page.get_attribute("html", "lang") == "zh-Hans"
    assert page.evaluate(LEFTOVERS, [*NAMES, *WALL_WORDS, *more]) == []


def assert_nothing_is_cut_off(page: Page) -> None:
    for size in ((390, 844), (1920, 1080)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert page.evaluate(CUT_OFF) == []


def test_the_wall_speaks_chinese(reader: Page, ward: Ward) -> None:
    reader.goto(f"{ward.house.url}/wall")
    wait_for_text(reader, '.tile[data-bed="02"] .word', "^心房颤动$")
    wait_for_text(reader, '.tile[data-bed="04"] .word', "^室性二联律$")
    wait_for_text(reader, '.tile[data-bed="08"] .message', "^无信号尚未收到此设备的数据$")
    assert_nothing_is_cut_off(reader)
    reader.keyboard.press("?")
    wait_for_text(reader, "dialog[open]", "全屏，再按返回")
    assert_chinese(reader)
    reader.keyboard.press("Escape")


def test_the_bedside_and_the_why_card_speak_chinese_in_the_browsers_zone(reader: Page, ward: Ward) -> None:
    reader.goto(f"{ward.house.url}/patient/4")
    reader.wait_for_selector("#tachogram .scatterlayer .point")
    wait_for_text(reader, "#episodes", "室性二联律")
    clock = reader.evaluate("() => document.querySelector('[data-part=clock]').textContent.slice(0, 2)")
    wait_for_text(reader, "#as-of", f"^图表：已存储至 ({clock}|{(int(clock) - 1) % 24:02d}):")
    assert_nothing_is_cut_off(reader)
    assert_chinese(reader)
    reader.keyboard.press("w")
    reader.wait_for_selector(".why-card[data-drawn]")
    wait_for_text(reader, '.why-card [data-why="title"]', "^(此心搏为何是 .？|为何不确定？)$")
    assert_chinese(reader)
    reader.keyboard.press("Escape")
    reader.click("[data-limit=pause]")
    wait_for_text(reader, "dialog[open]", "当前 2.0 s，默认")
    assert_chinese(reader)
    reader.keyboard.press("Escape")


def test_a_key_and_a_control_switch_the_language_and_the_address_keeps_it(reader: Page, ward: Ward) -> None:
    reader.goto(f"{ward.house.url}/wall?sort=severity")
    wait_for_text(reader, "[data-part=sort]", "^按严重程度$")
    reader.keyboard.press("l")
    wait_for_text(reader, "[data-part=sort]", "^By severity$")
    assert reader.url.endswith("/wall?sort=severity&lang=en")
    reader.goto(f"{ward.house.url}/patient/8")
    wait_for_text(reader, "#as-of", "^Nothing recorded for this patient yet")
    reader.click(".bar [data-language]")
    wait_for_text(reader, "#as-of", "^该患者尚无记录")
    assert reader.url.endswith("/patient/8?lang=zh")


def test_the_phones_page_leaves_the_language_of_the_other_pages(chromium: Browser, ward: Ward) -> None:
    context = ward.house.log_in(chromium, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{ward.house.url}/phone")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    assert [each["name"] for each in context.cookies() if each["name"] == "wardbeat-language"] == []
    context.close()


def test_the_pages_before_and_after_a_login_speak_chinese(reader: Page, ward: Ward) -> None:
    for path in ("/logout", "/wall/pair", "/patient/999", "/nowhere", "/login"):
        reader.goto(f"{ward.house.url}{path}")
        assert_chinese(reader)
        assert_nothing_is_cut_off(reader)
    reader.fill("[name=name]", "nobody")
    reader.fill("[name=password]", "wrong password")
    reader.click("button[type=submit]")
    wait_for_text(reader, "[role=alert]", "^用户名或密码错误。$")
    reader.click("a[hreflang=en]")
    wait_for_text(reader, "h1", "^Log in$")
