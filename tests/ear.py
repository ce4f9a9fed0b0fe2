"""An ear inside the browser: it hears what a page really plays, on the audio thread, and writes down when."""

from playwright.sync_api import BrowserContext, Page

from tests.browser import PATIENCE_MS

SCRIPT = """(() => {
  const CODE = `registerProcessor('ear', class extends AudioWorkletProcessor {
    process(inputs) {
      let loudest = 0;
      for (const channel of inputs[0] || []) for (const value of channel) loudest = Math.max(loudest, Math.abs(value));
      if (loudest > 0.1) this.port.postMessage(Date.now());
      return true;
    }
  });`;
  const connect = AudioNode.prototype.connect, ears = new Map();
  window.heard = [];
  const grow = async (context) => {
    await context.audioWorklet.addModule(URL.createObjectURL(new Blob([CODE], { type: 'text/javascript' })));
    const ear = new AudioWorkletNode(context, 'ear');
    ear.port.onmessage = (message) => window.heard.push(message.data);
    connect.call(ear, context.destination);      // it passes nothing on
    return ear;
  };
  AudioNode.prototype.connect = function (to, ...rest) {
    const context = this.context;
    if (to instanceof AudioDestinationNode && context instanceof AudioContext) {
      if (!ears.has(context)) ears.set(context, grow(context));
      ears.get(context).then((ear) => connect.call(this, ear));
    }
    return connect.call(this, to, ...rest);
  };
})();"""
AFTER = "(since) => window.heard.find((at) => at >= since)"


def listen(window: BrowserContext) -> None:
    """From now on pages of `window` are heard. The window must bypass the content policy, for the ear's own script."""
    window.add_init_script(SCRIPT)


def heard_ms(page: Page, since_ms: float) -> float:
    """Wait for the first sound that the page makes after wall time `since_ms`; its wall time in ms."""
    return float(page.wait_for_function(AFTER, arg=since_ms, timeout=PATIENCE_MS).json_value())
