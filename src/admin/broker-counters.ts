import { isoTime } from "../output/cell.js";

/** Moments in milliseconds. */
const TIMES: ReadonlySet<string> = new Set([
  "bootTimestamp",
  "earliestMessageTimeStamp",
  "startAcceptSendRequestTimeStamp",
]);

/** Averages over 10, 60 and 600 seconds in one text. */
const RATES = /^(put|getFound|getMiss|getTotal|getTransferr?ed)Tps$/;

/** Used share of a disk. */
const RATIO = /DiskRatio(_|$)/;

/**
 * A broker's counters, which are all texts on the wire, as what they are: exact numbers, truth values, times in ISO
 * 8601 with their milliseconds beside them, rates by the seconds they are averages of; null is unknown.
 */
export function countersOf(info: ReadonlyMap<string, string>): Record<string, unknown> {
  const counters: Record<string, unknown> = {};
  for (const [key, text] of info) {
    if (TIMES.has(key)) {
      const time = Number(text);
      counters[key] = isoTime(time) ?? null;
      counters[`${key}Ms`] = time > 0 ? time : null;
    } else if (RATIO.test(key)) {
      // brokers say -1 for a folder that is not there yet
      counters[key] = text.startsWith("-") ? null : valueOf(text);
    } else {
      counters[key] = RATES.test(key) ? ratesOf(text) : valueOf(text);
    }
  }
  return counters;
}

function ratesOf(text: string): Record<string, number | null> {
  const [ten, sixty, sixHundred] = text.split(" ");
  return {
    last10s: numberOf(ten),
    last60s: numberOf(sixty),
    last600s: numberOf(sixHundred),
  };
}

function numberOf(text: string | undefined): number | null {
  return text === undefined || text.trim() === "" || Number.isNaN(Number(text))
    ? null
    : Number(text);
}

function valueOf(text: string): string | number | bigint | boolean | null {
  if (text === "null") return null;
  if (text === "true" || text === "false") return text === "true";
  if (/^-?\d{1,19}$/.test(text)) {
    const number = Number(text);
    return Number.isSafeInteger(number) ? number : BigInt(text);
  }
  return /^-?\d+\.\d+(E-?\d+)?$/.test(text) ? Number(text) : text;
}
