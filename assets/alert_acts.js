/* What a person does about an alert: one request, and one sentence about what became of it. */
import { t } from './words.js';

const PATIENCE_MS = 8000;

/* patient: its number. what: 'acknowledge' or 'withdraw'. Answers {done, sentence}. */
export async function act(patient, alert, what) {
  const form = new URLSearchParams({ recording: alert.recording, rule: alert.rule, start: String(alert.start), what: what });
  try {
    const answer = await fetch('/alerts/' + patient + '/acts', { method: 'POST', body: form, credentials: 'same-origin', redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.status === 401 || answer.type === 'opaqueredirect') return { done: false, sentence: t('alerts.login') };
    if (answer.status === 403) return { done: false, sentence: t('alerts.forbidden') };
    if (answer.status === 404) return { done: false, sentence: t('alerts.unknown') };
    if (![200, 409, 410].includes(answer.status)) return { done: false, sentence: t('alerts.failed') };
    const told = await answer.json();
    return { done: answer.ok, sentence: told.sentence };
  } catch { return { done: false, sentence: t('alerts.failed') }; }
}
