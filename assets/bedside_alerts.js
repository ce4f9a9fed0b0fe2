/* The alerts of one patient on the bedside page: the gravest over the strip, and the list of the newest recording's. */
import { act } from './alert_acts.js';
import { Alerts } from './alerts.js';
import { t } from './words.js';

const LIST_MS = 60000;                 // what ended elsewhere is in the list by then
const SOON_MS = 1500;                  // the recorder has written what was told by then

function say(node, text) { if (node.textContent !== text) node.textContent = text; }

export class BedsideAlerts {
  /* parts: alertBar with alertName, alertMore, alertRun, alertAct, alertSaid; alertList. patient: its number. */
  constructor(parts, patient) {
    this.parts = parts; this.patient = patient;
    this.alerts = new Alerts();
    this.asked = 0;
    parts.alertAct.addEventListener('click', () => this.press());
    this.list();
    setInterval(() => this.list(), LIST_MS);
  }

  clear() { this.alerts.clear(); }

  receive(alerts) {
    this.alerts.receive(alerts);
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.list(), SOON_MS);
  }

  /* What stands at gateway time `now`; `cutOff`: nothing is live. */
  tell(now, cutOff) {
    const standing = cutOff ? '' : this.alerts.standing(), bar = this.parts.alertBar;
    bar.hidden = !standing;
    if (!standing) { bar.dataset.alert = ''; return; }
    const words = this.alerts.words(now, false);
    say(this.parts.alertName, words.mark + ' ' + words.name);
    say(this.parts.alertMore, words.more);
    say(this.parts.alertRun, words.running);
    say(this.parts.alertAct, t(standing === 'seen' ? 'alerts.withdraw' : 'alerts.acknowledge'));
    bar.dataset.hue = this.alerts.gravest().priority;
    if (bar.dataset.alert === standing) return;
    bar.dataset.alert = standing;
    for (const flash of bar.getAnimations({ subtree: true })) flash.startTime = 0;
  }

  async press() {
    const alert = this.alerts.gravest();
    if (alert) say(this.parts.alertSaid, (await act(this.patient, alert, alert.stage === 'seen' ? 'withdraw' : 'acknowledge')).sentence);
  }

  async list() {
    const number = ++this.asked;
    try {
      const answer = await fetch('/alerts/' + this.patient + '/list', { credentials: 'same-origin', redirect: 'manual', signal: AbortSignal.timeout(8000) });
      if (answer.ok && number === this.asked) this.parts.alertList.innerHTML = await answer.text();   // our own template, escaped there
    } catch { /* asked again in a minute */ }
  }
}
