/** Ordinals and names of versions. Upstream: MQVersion ([R-VER-1] in docs/protocol.md). */

/** Last ordinal that is known: everything above is called so too. */
export const HIGHER_VERSION = 612;

/** Ordinals that behaviour is keyed on (spec: remoting 1.4). */
export const Version = {
  V3_0_7_SNAPSHOT: 28,
  V3_0_11_SNAPSHOT: 36,
  V3_1_8_SNAPSHOT: 62,
  V3_4_9: 121,
  V4_1_0_SNAPSHOT: 232,
  V4_8_0: 373,
  V4_9_3: 399,
  V4_9_4: 401,
  V5_0_0: 413,
  V5_3_1: 475,
  V5_3_3: 479,
} as const;

const NAMES = buildNames();
const ORDINALS = new Map(NAMES.map((name, ordinal) => [name, ordinal]));

/** Name of an ordinal, e.g. 479 → "V5_3_3". Ordinals beyond the known ones are HIGHER_VERSION. */
export function versionName(ordinal: number): string {
  return NAMES[Math.max(0, Math.trunc(ordinal))] ?? "HIGHER_VERSION";
}

/** Ordinal of a name, undefined when there is no such version. */
export function versionOrdinal(name: string): number | undefined {
  return ORDINALS.get(name);
}

function buildNames(): string[] {
  // The first line went through alphas and betas, and 3.2.9 … 4.0.0 has no N.M.0.
  const names = ["V3_0_0_SNAPSHOT", "V3_0_0_ALPHA1"];
  for (let beta = 1; beta <= 9; beta++) {
    if (beta >= 6) names.push(`V3_0_0_BETA${beta}_SNAPSHOT`);
    names.push(`V3_0_0_BETA${beta}`);
  }
  names.push("V3_0_0_FINAL");
  pushLine(names, "3_0", 1, 15);
  for (const line of ["3_1", "3_2"]) pushLine(names, line, 0, 9);
  for (let minor = 3; minor <= 9; minor++) pushLine(names, `3_${minor}`, 1, 9);
  for (const major of [4, 5]) {
    for (let minor = 0; minor <= 9; minor++) pushLine(names, `${major}_${minor}`, 0, 9);
  }
  names.push("HIGHER_VERSION");
  return names;
}

function pushLine(names: string[], line: string, from: number, to: number): void {
  for (let patch = from; patch <= to; patch++) {
    names.push(`V${line}_${patch}_SNAPSHOT`, `V${line}_${patch}`);
  }
}
