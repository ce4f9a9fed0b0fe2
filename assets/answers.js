/* Answers of the server for a picture, kept while they are of use. A picture asks for all it needs each time it is drawn;
   what an earlier one still waited for and this one does not need is not asked for any more. What the next one may need
   is asked for while nothing is waited for, one by one, so that it never stands before what somebody waits for. */

const AT_ONCE = 3;
const KEPT = 80;
const AGAIN_MS = 2000;
const PATIENCE_MS = 10000;

export class Answers {
  /* news: called when something came, or failed and may be asked for again. */
  constructor(news) {
    this.news = news;
    this.known = new Map();            // path -> {value, at}, the one used longest ago first
    this.wanted = new Map();           // path -> make
    this.foreseen = new Map();         // path -> make, of what is not here
    this.flying = new Set();
    this.trouble = null;               // 'login' | 'refused' | 'link' since the last answer
    this.restUntil = 0;
    this.most = KEPT;
  }

  begin() { this.wanted.clear(); this.foreseen.clear(); }

  /* What `make` made of the answer at `path`, null while it is not here. One that is old(value, ageMs) is shown and renewed. */
  take(path, make, old = () => false) {
    const known = this.known.get(path);
    if (!known || old(known.value, performance.now() - known.at)) this.wanted.set(path, make);
    if (known) { this.known.delete(path); this.known.set(path, known); }
    return known ? known.value : null;
  }

  /* What `picture` takes is not waited for: after `end`. */
  foresee(picture) {
    const wanted = this.wanted;
    this.wanted = new Map();
    picture();
    for (const [path, make] of this.wanted) if (!this.known.has(path) && !wanted.has(path)) this.foreseen.set(path, make);
    this.wanted = wanted;
    this.end();
  }

  /* Everything has been asked for. */
  end() {
    if (performance.now() < this.restUntil) return;
    for (const [path, make] of this.wanted) {
      if (this.flying.size >= AT_ONCE) return;
      if (!this.flying.has(path)) this.fetch(path, make);
    }
    for (const [path, make] of this.foreseen) {
      if (this.flying.size > 0) return;
      this.foreseen.delete(path);
      this.fetch(path, make);
    }
  }

  async fetch(path, make) {
    this.flying.add(path);
    const answer = await ask(path);
    this.flying.delete(path);
    const isWanted = this.wanted.has(path);
    if (!answer.trouble) this.keep(path, make(answer.value));
    if (isWanted) this.come(answer.trouble || null); else this.end();
  }

  /* Something that is waited for came, or did not. */
  come(trouble) {
    this.trouble = trouble;
    if (trouble) { this.restUntil = performance.now() + AGAIN_MS; setTimeout(this.news, AGAIN_MS); }
    this.news();
  }

  keep(path, value) {
    this.known.delete(path);
    this.known.set(path, { value: value, at: performance.now() });
    if (this.known.size > this.most) this.known.delete(this.known.keys().next().value);
  }
}

/* {value} or {trouble: 'login' | 'refused' | 'link'}; with a form it is sent, else only read. */
export async function ask(path, form, patienceMs = PATIENCE_MS) {
  try {
    const body = form && new URLSearchParams(form);
    const answer = await fetch(path, { method: form ? 'POST' : 'GET', body: body, cache: 'no-store', credentials: 'same-origin', redirect: 'manual', signal: AbortSignal.timeout(patienceMs) });
    if (answer.status === 401 || answer.type === 'opaqueredirect') return { trouble: 'login' };
    if (answer.status >= 500) return { trouble: 'link' };
    return answer.ok ? { value: await answer.json() } : { trouble: 'refused' };
  } catch { return { trouble: 'link' }; }
}
