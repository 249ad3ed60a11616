// Counts a parity report: passed are cases that are the same and those that differ on purpose, failed all others.
//   node .ci/parity-count.js VERSION report.json
import { readFileSync } from "node:fs";

const [version, file] = process.argv.slice(2);
const { results } = JSON.parse(readFileSync(file, "utf8"));
const purposes = JSON.parse(
  readFileSync(new URL("parity-differences.json", import.meta.url), "utf8"),
);
const counted = results.filter(({ verdict }) => !["left unstable", "skipped"].includes(verdict));
const differing = counted.filter(({ verdict }) => !verdict.startsWith("same"));
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
