/* What a person does about alerts: one request, and one sentence about what became of it. */
import { t } from './words.js';

const PATIENCE_MS = 8000;

/* patient: its number. what: 'acknowledge' or 'withdraw'. Answers {done, sentence}. */
export function act(patient, alert, what) { return send(patient, alert.rule, alert.recording, [alert.start], { what: what }); }

/* Alerts of one recording and rule by their starts; more: what, value, version. Answers {done, sentence, deed}. */
export function send(patient, rule, recording, starts, more) {
  const form = new URLSearchParams({ rule: rule, ...more });
  for (const start of starts) { form.append('recording', recording); form.append('start', String(start)); }
  return post('/alerts/' + patient + '/acts', form, (told) => ({ sentence: told.sentence, deed: told.deed }));
}

/* Gives all that is one's own task to a colleague. */
export function handOver(to) {
  const say = (told) => ({ sentence: t(told.kept ? 'review.handed_some' : 'review.handed', { given: told.given, kept: told.kept }) });
  return post('/alerts/handover', new URLSearchParams({ to: to }), say);
}

async function post(path, form, say) {
  try {
    const answer = await fetch(path, { method: 'POST', body: form, credentials: 'same-origin', redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.status === 401 || answer.type === 'opaqueredirect') return { done: false, sentence: t('alerts.login') };
    if (answer.status === 403) return { done: false, sentence: t('alerts.forbidden') };
    if (answer.status === 404) return { done: false, sentence: t('alerts.unknown') };
    if (![200, 400, 409, 410].includes(answer.status)) return { done: false, sentence: t('alerts.failed') };
    return { done: answer.ok, ...say(await answer.json()) };
  } catch { return { done: false, sentence: t('alerts.failed') }; }
}
