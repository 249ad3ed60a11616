// Counts a parity report: passed are cases that are the same and those that differ on purpose, failed all others.
//   node .ci/parity-count.js VERSION report.json [live.json]
// With a second report, of the cases that differed from the recording beside Apache's own, those that are the same there pass.
import { readFileSync } from "node:fs";

const [version, file, live] = process.argv.slice(2);
const { results } = JSON.parse(readFileSync(file, "utf8"));
const purposes = JSON.parse(
  readFileSync(new URL("parity-differences.json", import.meta.url), "utf8"),
);
const sameNow = new Set(
  (live === undefined ? [] : JSON.parse(readFileSync(live, "utf8")).results)
    .filter(({ verdict }) => verdict.startsWith("same") || verdict === "left unstable")
    .map(({ id }) => id),
);
const counted = results.filter(({ verdict }) => !["left unstable", "skipped"].includes(verdict));
const differing = counted.filter(
  ({ verdict, id }) => !verdict.startsWith("same") && !sameNow.has(id),
);
const purposeOf = (id) =>
  Object.entries(purposes).find(([pattern]) => new RegExp(`^(?:${pattern})$`).test(id))?.[1];
const unexpected = differing.filter(({ id }) => purposeOf(id) === undefined);
for (const { id, verdict, level } of unexpected) console.log(`${verdict} (${level}): ${id}`);
const onPurpose = differing.length - unexpected.length;
console.log(
  `mqadmin beside Apache's ${version}: ${counted.length} cases, ${onPurpose} differ on purpose ` +
    `(${((100 * onPurpose) / counted.length).toFixed(1)} %)`,
);
console.log(`${counted.length - unexpected.length} passed, ${unexpected.length} failed`);
process.exit(unexpected.length === 0 && counted.length > 0 ? 0 : 1);
