"""The content security policy, met by walking through the pages in a real browser: nothing of ours breaks it."""

import pytest
from playwright.sync_api import Browser, Response

from tests.browser import be_patient
from tests.dashboard.conftest import Ward
from tests.witness import Witness, write_down

pytestmark = pytest.mark.timeout(300)

INJECT = """() => {
  const [script, far, image, link] = ['script', 'script', 'img', 'a'].map((name) => document.createElement(name));
  script.textContent = "window.harm = 'script'";
  image.setAttribute('onerror', "window.harm = 'handler'");
  image.src = 'data:,';
  link.href = "javascript:window.harm = 'link'";
  document.body.append(script, image, link);
  link.click();
  // In a task of its own: what a test evaluates itself may use eval.
  setTimeout(() => { try { (0, eval)("window.harm = 'eval'"); } catch { /* as it should be */ } });
  far.src = 'https://evil.example/harm.js';
  document.body.append(far);
}"""
STOPPED = "() => window.violations.length >= 5"


def strict(answer: Response | None) -> bool:
    """Whether the page's policy lets neither inline scripts nor evaluated ones run."""
    assert answer is not None
    rules = dict(rule.strip().split(" ", 1) for rule in answer.headers["content-security-policy"].split(";"))
    scripts = rules["script-src"].split()
    return "'self'" in scripts and not {"'unsafe-inline'", "'unsafe-eval'", "*", "data:", "https:"} & set(scripts)


def test_pages_keep_to_the_policy_and_it_keeps_scripts_out(witness: Witness, ward: Ward, chromium: Browser) -> None:
    page, address = witness.page, ward.house.url
    assert strict(page.goto(f"{address}/wall?theme=dark"))
    page.wait_for_selector('.tile[data-bed="01"][data-state="live"]:not([data-hr=""])')
    for key in ("h", "?"):
        page.keyboard.press(key)
    page.wait_for_selector("dialog[open]")
    assert witness.violations() == []

    assert strict(page.goto(f"{address}/patient/4?theme=dark"))
    page.wait_for_selector('body[data-state="live"]:not([data-hr=""])')
    page.wait_for_selector("#tachogram .js-plotly-plot .main-svg")
    page.keyboard.press("w")
    page.wait_for_selector(".why-card[data-drawn]")
    assert witness.violations() == []

    page.evaluate(INJECT)
    page.wait_for_function(STOPPED)
    assert page.evaluate("() => window.harm") is None


def test_the_login_keeps_to_it_too(ward: Ward, chromium: Browser) -> None:
    window = be_patient(chromium.new_context())
    write_down(window)
    page = window.new_page()
    assert strict(page.goto(f"{ward.house.url}/wall"))
    page.wait_for_selector("[name=password]")
    page.fill("[name=name]", "<script>window.harm = 1</script>")
    page.fill("[name=password]", "wrong")
    page.click("button[type=submit]")
    page.wait_for_load_state()
    assert page.evaluate("() => [window.harm, window.violations]") == [None, []]
    window.close()
