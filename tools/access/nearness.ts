/** The words of a list that are near to a wanted one, the nearest first. */
export function nearest(wanted: string, words: readonly string[], most = 3): string[] {
  const lower = wanted.toLowerCase();
  return [...new Set(words)]
    .map((word) => ({ word, far: distance(word.toLowerCase(), lower) }))
    .filter(({ word, far }) => far <= Math.max(2, word.length / 4))
    .sort((a, b) => a.far - b.far)
    .slice(0, most)
    .map(({ word }) => word);
}

/** How many letters differ; a word within the other is near. */
function distance(a: string, b: string): number {
  const apart = Math.abs(a.length - b.length);
  if (a.includes(b) || b.includes(a)) return Math.min(2, apart);
  if (apart > a.length / 4 + 2) return Infinity;
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(row[j - 1] + 1, previous[j] + 1, previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    previous = row;
  }
  return previous[b.length];
}
