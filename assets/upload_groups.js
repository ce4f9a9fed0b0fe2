/* Which files belong together: a WFDB header, the files that it names, and annotations that are named as it is. */

const ALONE = /\.(hea|edf|bdf|csv|tsv|txt|mat)$/i;      // a recording of its own, unless a header names it

/* By what a file is known again when it is chosen once more. */
export function fingerprint(file) { return file.name + '|' + file.size + '|' + (file.modified_ms ?? file.lastModified); }

/* [[File]]: groups of files that make one recording each. */
export async function grouped(files) {
  const left = new Set(files), groups = [];
  for (const header of files) {
    if (!/\.hea$/i.test(header.name)) continue;
    left.delete(header);
    const named = await namesIn(header), stem = stemOf(header.name), group = [header];
    for (const file of [...left]) if (named.has(file.name) || stemOf(file.name) === stem && !ALONE.test(file.name)) { group.push(file); left.delete(file); }
    groups.push(group);
  }
  return [...groups, ...[...left].map((file) => [file])];
}

function stemOf(name) { return name.replace(/\.[^.]*$/, ''); }

async function namesIn(header) {
  if (header.size > 100000) return new Set();
  const lines = (await header.text()).split(/\r?\n/).filter((line) => line.trim() && !line.startsWith('#'));
  return new Set(lines.slice(1).map((line) => line.trim().split(/\s+/)[0]));
}
