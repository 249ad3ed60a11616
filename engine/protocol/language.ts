/** Languages of peers, by their code in the binary header. Upstream: LanguageCode ([R-LANG-1]). */
const LANGUAGES = [
  "JAVA",
  "CPP",
  "DOTNET",
  "PYTHON",
  "DELPHI",
  "ERLANG",
  "RUBY",
  "OTHER",
  "HTTP",
  "GO",
  "PHP",
  "OMS",
  "RUST",
  "NODE_JS",
] as const;

const CODES = new Map<string, number>(LANGUAGES.map((name, code) => [name, code]));

const OTHER = 7;

/** Name of a language code, "" when it is none that is known. */
export function languageName(code: number): string {
  return LANGUAGES[code] ?? "";
}

/** Code of a language name; names without a code travel as OTHER. */
export function languageCode(name: string): number {
  return CODES.get(name) ?? OTHER;
}

/** Every name, at the index of its code. */
export const languageNames: readonly string[] = LANGUAGES;
