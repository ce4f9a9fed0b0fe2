/* What the phone keeps until the ward has it: in IndexedDB, with strict durability, sealed with a key of this browser that
   no script can read (AES-GCM). To forget the device destroys the key and everything that it sealed. */

const NAME = 'wardbeat-phone', STRICT = { durability: 'strict' };

const settled = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

const committed = (transaction) => new Promise((done, failed) => {
  transaction.oncomplete = () => done();
  transaction.onabort = transaction.onerror = () => failed(transaction.error);
});

function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    for (const name of ['device', 'pieces', 'marks']) request.result.createObjectStore(name);
    request.result.createObjectStore('recordings', { keyPath: 'id' });
  };
  return settled(request);
}

/* A key that stays in this browser; null where the page did not come over https, and nothing can be sealed. */
async function newKey() {
  return globalThis.crypto.subtle ? crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']) : null;
}

export class Store {
  constructor(database) { this.database = database; this.key = null; }

  /* Throws where the browser keeps nothing (a private window, no room). */
  static async open() {
    const store = new Store(await open());
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
    return store;
  }

  async change(names, act) {
    const transaction = this.database.transaction(names, 'readwrite', STRICT);
    act(...names.map((name) => transaction.objectStore(name)));
    await committed(transaction);
  }

  /* {token, device, label, ingest} of the pairing, null without one. */
  async device() {
    const kept = await settled(this.database.transaction('device').objectStore('device').get('paired'));
    this.key = kept ? kept.key : null;
    return kept ? kept.facts : null;
  }

  /* The same device again keeps what waits; another one is another patient's: what was kept before is destroyed. */
  async pair(facts, before) {
    const same = before !== null && before.device === facts.device;
    const key = same ? this.key : await newKey();
    await this.change(['device', 'pieces', 'recordings', 'marks'], (devices, ...rest) => {
      if (!same) rest.forEach((each) => each.clear());
      devices.put({ facts: facts, key: key }, 'paired');
    });
    this.key = key;
  }

  async forget() {
    await this.change(['device', 'pieces', 'recordings', 'marks'], (...stores) => stores.forEach((each) => each.clear()));
    this.key = null;
  }

  /* Recordings that are not wholly delivered: {id, rate, gain, lead, started, source, end, open, anchor}, the oldest first. */
  async recordings() {
    const found = await settled(this.database.transaction('recordings').objectStore('recordings').getAll());
    return found.sort((one, two) => one.started - two.started);
  }

  async note(recording) { await this.change(['recordings'], (recordings) => recordings.put(recording)); }

  async sealed(samples) {
    const plain = samples.slice().buffer, iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv: iv, bytes: this.key ? await crypto.subtle.encrypt({ name: 'AES-GCM', iv: iv }, this.key, plain) : plain };
  }

  /* One piece in place of those that it was made of. */
  async gather(id, piece) {
    const value = await this.sealed(piece.samples);
    await this.change(['pieces'], (pieces) => {
      piece.keys.forEach((start) => pieces.delete([id, start]));
      pieces.put(value, [id, piece.start]);
    });
    piece.keys = [piece.start];
  }

  /* Samples from device sample `start` on, and where the recording stands with them, in place of the pieces at `gone`: all
     or nothing. */
  async keep(recording, start, samples, gone) {
    const value = await this.sealed(samples);
    await this.change(['pieces', 'recordings'], (pieces, recordings) => {
      gone.forEach((key) => pieces.delete([recording.id, key]));
      pieces.put(value, [recording.id, start]);
      recordings.put(recording);
    });
  }

  /* [{start, samples}] of a recording, in order. What cannot be opened any more is left out. */
  async pieces(id) {
    const range = IDBKeyRange.bound([id, -1], [id, Infinity]), found = [];
    const pieces = this.database.transaction('pieces').objectStore('pieces');
    const [keys, values] = await Promise.all([settled(pieces.getAllKeys(range)), settled(pieces.getAll(range))]);
    for (let k = 0; k < keys.length; k++) {
      const bytes = await this.opened(values[k]);
      if (bytes) found.push({ start: keys[k][1], samples: new Int16Array(bytes) });
    }
    return found;
  }

  async opened(value) {
    if (!this.key) return value.bytes;
    try { return await crypto.subtle.decrypt({ name: 'AES-GCM', iv: value.iv }, this.key, value.bytes); } catch { return null; }
  }

  /* The server has these on its disk, or the phone is full. */
  async drop(id, starts) {
    if (starts.length) await this.change(['pieces'], (pieces) => starts.forEach((start) => pieces.delete([id, start])));
  }

  /* All of the recording is on the server's disk. */
  async finish(id) {
    await this.change(['pieces', 'recordings'], (pieces, recordings) => {
      pieces.delete(IDBKeyRange.bound([id, -1], [id, Infinity]));
      recordings.delete(id);
    });
  }

  async keepMark(mark) { await this.change(['marks'], (marks) => marks.put(mark, mark.key)); }

  async marks() { return settled(this.database.transaction('marks').objectStore('marks').getAll()); }

  async dropMark(key) { await this.change(['marks'], (marks) => marks.delete(key)); }
}
