/** Java's .properties text, as java.util.Properties loads and stores it; the form of broker.conf and of plain key lists. */

const BLANK = new Set([" ", "\t", "\f"]);
const ESCAPED: Partial<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f" };

/**
 * Reads properties text. Later keys win, blanks at the end of a value are kept (as Java does), a malformed \uXXXX is
 * taken as its plain letters (Java throws). Never throws.
 */
export function parseProperties(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of logicalLines(text)) {
    const keyEnd = endOfKey(line);
    found.set(unescape(line.slice(0, keyEnd)), unescape(line.slice(startOfValue(line, keyEnd))));
  }
  return found;
}

/** Writes `key=value` lines sorted by key, with only those escapes without which a reader would see another value. */
export function formatProperties(entries: Iterable<readonly [string, string]>): string {
  return [...entries]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, value]) => `${escapeKey(key)}=${escapeValue(value)}\n`)
    .join("");
}

/** Natural lines joined where the number of backslashes at the end is odd; comments and empty lines left out. */
function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let open: string | undefined;
  for (const natural of text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/)) {
    const rest = natural.replace(/^[ \t\f]+/, "");
    if (open === undefined && (rest === "" || rest.startsWith("#") || rest.startsWith("!")))
      continue;
    const whole = (open ?? "") + rest;
    open = endsInOddBackslashes(rest) ? whole.slice(0, -1) : undefined;
    if (open === undefined) lines.push(whole);
  }
  if (open !== undefined) lines.push(open);
  return lines;
}

function endsInOddBackslashes(line: string): boolean {
  let count = 0;
  while (line[line.length - 1 - count] === "\\") count++;
  return count % 2 === 1;
}

function endOfKey(line: string): number {
  for (let at = 0; at < line.length; at++) {
    const letter = line[at] as string;
    if (letter === "\\") at++;
    else if (letter === "=" || letter === ":" || BLANK.has(letter)) return at;
  }
  return line.length;
}

/** Behind blanks, at most one `=` or `:`, and blanks again. */
function startOfValue(line: string, keyEnd: number): number {
  const [separator] = /^[ \t\f]*[=:]?[ \t\f]*/.exec(line.slice(keyEnd)) ?? [""];
  return keyEnd + separator.length;
}

function unescape(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\(u[0-9a-fA-F]{4}|[^])/g, (_, escaped: string) =>
    escaped.length === 5
      ? String.fromCharCode(parseInt(escaped.slice(1), 16))
      : (ESCAPED[escaped] ?? escaped),
  );
}

function escapeValue(text: string): string {
  return escapeControl(text.replace(/\\/g, "\\\\")).replace(/^ /, "\\ ");
}

function escapeKey(text: string): string {
  return escapeControl(text.replace(/[\\ =:]/g, "\\$&")).replace(/^[#!]/, "\\$&");
}

/** Letters outside printable Latin-1 as \uXXXX: older readers take the file for ISO 8859-1. */
function escapeControl(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (letter) => {
    const named = { "\t": "\\t", "\n": "\\n", "\r": "\\r", "\f": "\\f" }[letter];
    return named ?? `\\u${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  });
}
