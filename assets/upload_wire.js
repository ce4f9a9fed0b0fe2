/* Questions and pieces, as the server takes them. Every answer is an object; none throws. */

/* {value}, {errors: {field: sentence}}, {sentence}, or {trouble: 'login' | 'refused' | 'link'}. A body makes it a POST. */
export async function send(path, body) {
  const plain = path.startsWith('/upload') || path.endsWith('/edits');      // these take JSON
  const form = plain ? JSON.stringify(body) : new URLSearchParams(body || {});
  const headers = body && plain ? { 'Content-Type': 'application/json' } : {};
  try {
    const answer = await fetch(path, { method: body ? 'POST' : 'GET', headers: headers, body: body ? form : undefined, cache: 'no-store', credentials: 'same-origin', redirect: 'manual' });
    if (answer.status === 401 || answer.type === 'opaqueredirect') return { trouble: 'login' };
    if (answer.status >= 500) return { trouble: 'link' };
    const told = await answer.json();
    return answer.ok ? { value: told } : told;
  } catch { return { trouble: 'link' }; }
}

/* {received} after a piece or where the server's file ends instead; {gone: true} when there is no such upload; else {trouble}. */
export async function sendPiece(id, name, offset, piece) {
  const path = '/upload/' + id + '?file=' + encodeURIComponent(name) + '&offset=' + offset;
  try {
    const answer = await fetch(path, { method: 'PUT', body: piece, credentials: 'same-origin', redirect: 'manual' });
    if (answer.status === 404) return { gone: true };
    if (answer.ok || answer.status === 409) return { received: (await answer.json()).received };
    if (answer.status === 507) return { sentence: (await answer.json()).sentence };
    return { trouble: answer.status === 401 ? 'login' : 'link' };
  } catch { return { trouble: 'link' }; }
}
