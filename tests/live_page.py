"""What tests ask a wall or a bedside page in a real browser, and how they wait for it."""

from playwright.sync_api import Page

from tests.browser import PATIENCE_MS

NEVER_SILENT = ("02", "03", "05", "06", "07")
"""Beds whose scripts have no noise, gap or lead that is off."""

TILE = "(bed) => document.querySelector(`.tile[data-bed='${bed}']`)"
MOVED = f"""([bed, picture, samples]) => {{
  const tile = ({TILE})(bed);
  return Number(tile.dataset.samples) > samples + 250 && tile.querySelector('canvas').toDataURL() !== picture;
}}"""
PICTURE = f"(bed) => [({TILE})(bed).querySelector('canvas').toDataURL(), Number(({TILE})(bed).dataset.samples)]"
INK = f"""([bed, token]) => {{
  const style = getComputedStyle(document.documentElement), one = document.createElement('canvas').getContext('2d');
  one.fillStyle = style.getPropertyValue('--class-' + token).trim();
  one.fillRect(0, 0, 1, 1);
  const [r, g, b] = one.getImageData(0, 0, 1, 1).data, canvas = ({TILE})(bed).querySelector('canvas');
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let count = 0;
  for (let i = 0; i < data.length; i += 4) if (data[i] === r && data[i + 1] === g && data[i + 2] === b) count++;
  return count;
}}"""
RATES = f"""async ([beds, seconds]) => {{
  const rates = Object.fromEntries(beds.map((bed) => [bed, []])), until = performance.now() + 1000 * seconds;
  while (performance.now() < until) {{
    for (const bed of beds) {{ const rate = ({TILE})(bed).dataset.hr; if (rate) rates[bed].push(Number(rate)); }}
    await new Promise((next) => setTimeout(next, 200));
  }}
  return rates;
}}"""
RATE_NEAR = "([node, rate]) => { const told = Number(node.dataset.hr); return Math.abs(told - rate) <= 0.05 * rate; }"
NO_NUMBERS = """() => [...document.querySelectorAll('.tile .number, .tile .vital b')]
  .every((node) => !/[0-9]/.test(node.textContent))"""
COUNTED = "(row) => Number(document.querySelector(row + ' td:nth-child(3)')?.textContent.replace(/\\D/g, ''))"
SILENT = f"""([bed, seconds]) => {{
  const told = ({TILE})(bed).querySelector('.message').textContent.match(/NO SIGNAL (\\d+):(\\d+)/);
  return told !== null && 60 * Number(told[1]) + Number(told[2]) >= seconds;
}}"""
POINTS = "(chart) => document.querySelectorAll(chart + ' .scatterlayer .point').length > 5"
INK_OF_PART = """([part, token]) => {
  const one = document.createElement('canvas').getContext('2d'), canvas = document.querySelector(`[data-part=${part}]`);
  one.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(token).trim(); one.fillRect(0, 0, 1, 1);
  const [r, g, b] = one.getImageData(0, 0, 1, 1).data, pen = canvas.getContext('2d');
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) if (data[i] === r && data[i + 1] === g && data[i + 2] === b) count++;
  return count;
}"""
"""Pixels of a canvas of the bedside page, by its part, that have exactly the colour of a token."""


def wait_for_life(page: Page, beds: tuple[str, ...] = NEVER_SILENT) -> None:
    for bed in beds:
        page.wait_for_selector(f".tile[data-bed='{bed}'][data-state=live]:not([data-hr=''])", timeout=PATIENCE_MS)


def wait_for_state(page: Page, bed: str, state: str) -> None:
    page.wait_for_selector(f".tile[data-bed='{bed}'][data-state={state}]", timeout=PATIENCE_MS)


def wait_for_silence(page: Page, bed: str, seconds: int) -> None:
    """Until the tile tells that nothing came for `seconds`, or longer: a machine that stands still skips seconds."""
    page.wait_for_function(SILENT, arg=[bed, seconds], timeout=PATIENCE_MS)


def wait_for_text(page: Page, selector: str, pattern: str) -> None:
    """Until the text at `selector` matches the regular expression."""
    script = "([selector, pattern]) => new RegExp(pattern).test(document.querySelector(selector)?.textContent ?? '')"
    page.wait_for_function(script, arg=[selector, pattern], timeout=PATIENCE_MS)


def ink(page: Page, bed: str, token: str) -> int:
    """How many pixels of the tile's canvas have the colour of a class."""
    return int(page.evaluate(INK, [bed, token]))


def wait_for_ink(page: Page, bed: str, token: str) -> None:
    page.wait_for_function(f"(wanted) => ({INK})(wanted) > 50", arg=[bed, token], timeout=PATIENCE_MS)


def wait_for_sign(page: Page, bed: str, sign: str) -> None:
    page.wait_for_selector(f".tile[data-bed='{bed}'][data-sign='{sign}']", timeout=PATIENCE_MS)
