import { join, relative } from "node:path";
import type { Findings, Severity } from "./findings.js";
import type { Homeless } from "./record-audit.js";
import type { Stock } from "./stock.js";

/** Records of queues that have no folder: deleted topics, or queues that were lost. */
export function reportHomeless(
  homeless: ReadonlyMap<string, Homeless>,
  about: {
    stock: Stock;
    topics: ReadonlySet<string> | undefined;
    deleted: ReadonlyMap<string, number>;
    findings: Findings;
    lenient: boolean;
  },
): boolean {
  const { stock, topics, deleted, findings, lenient } = about;
  let isLost = false;
  const noQueues = stock.queues.length === 0;
  for (const [key, { count, last }] of homeless) {
    const [topic = "", queueId = "0"] = key.split("\0");
    const isDeleted = last < (deleted.get(topic) ?? 0);
    const isKnown = !isDeleted && (noQueues || topics === undefined || topics.has(topic));
    const severity: Severity = !isKnown ? "note" : lenient ? "recoverable" : "damage";
    if (severity === "damage") isLost = true;
    findings.add({
      ...{
        severity,
        part: "consumequeue",
        code: isKnown ? "queue-missing" : "topic-deleted",
        offset: null,
      },
      file: relative(stock.root, join(stock.root, "consumequeue", topic, queueId)),
      what: `${String(count)} records of the log belong to a queue that is not there`,
      cost: isKnown
        ? "consumers never see them"
        : "none: the topic was deleted, or is not in topics.json",
      repair: isKnown ? "writes the queue from the log" : "leaves it away",
    });
  }
  return isLost;
}
