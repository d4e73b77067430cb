/** Seconds of `60s`, `5m`, `2h`, `1d`, `500ms` or a bare number; undefined when it is none of these. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(text.trim());
  if (match === null) return undefined;
  const unit = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400 }[match[2] ?? 's'];
  const seconds = Number(match[1]) * (unit ?? 1);
  return seconds > 0 ? seconds : undefined;
}

export function parseInteger(text: string, min: number, max: number): number | undefined {
  const value = Number(text);
  return /^-?\d+$/.test(text.trim()) && value >= min && value <= max ? value : undefined;
}

export function parseBoolean(text: string): boolean | undefined {
  if (/^(?:1|true|yes|on)$/i.test(text)) return true;
  return /^(?:0|false|no|off)$/i.test(text) ? false : undefined;
}

/**
 * The patterns between commas; a comma in braces separates nothing. Undefined if one of the patterns can match no file.
 */
export function parsePatterns(text: string): readonly string[] | undefined {
  // An empty list of the runner's options becomes an empty text.
  if (text.trim() === '') return [];
  const patterns = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (depth < 0) return undefined;
    if (character === ',' && depth === 0) patterns.push('');
    else patterns[patterns.length - 1] += character;
  }
  const named = patterns.map((pattern) => pattern.trim()).filter((pattern) => pattern !== '');
  const isGood = named.every((pattern) => !pattern.startsWith('!') && /[^./]/.test(pattern));
  return depth === 0 && isGood && named.length > 0 ? named : undefined;
}
