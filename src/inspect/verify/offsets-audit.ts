import type { FastjsonValue } from "../../../engine/protocol/fastjson.js";
import { SystemTopic } from "../../../engine/message/topic-names.js";
import { type ConfigFiles, member, membersOf } from "./config-audit.js";
import type { Finding, Findings } from "./findings.js";
import type { QueueExtent } from "./queue-extent.js";

type Extents = ReadonlyMap<string, QueueExtent>;

/** Offsets of consumers, delay levels and transactions against the ends of their queues. */
export function auditOffsets(
  contents: ConfigFiles,
  queues: readonly QueueExtent[],
  findings: Findings,
): void {
  const extents: Extents = new Map(
    queues.map((queue) => [`${queue.topic}\0${String(queue.queueId)}`, queue]),
  );
  consumerOffsets(contents.get("consumerOffset.json"), extents, findings);
  delayOffsets(contents.get("delayOffset.json"), extents, findings);
}

function consumerOffsets(
  content: FastjsonValue | undefined,
  extents: Extents,
  findings: Findings,
): void {
  for (const [key, table] of membersOf(member(content, "offsetTable"))) {
    const at = key.indexOf("@");
    const [topic, group] = [key.slice(0, at), key.slice(at + 1)];
    for (const [queueId, value] of membersOf(table)) {
      const offset = Number(value);
      const extent = extents.get(`${topic}\0${queueId}`);
      if (!Number.isSafeInteger(offset) || offset < 0) {
        findings.add(
          finding(group, `has the offset ${JSON.stringify(value)} in ${topic} queue ${queueId}`),
        );
      } else if (extent !== undefined && offset > extent.end) {
        findings.add(
          finding(
            group,
            `is at ${String(offset)} in ${topic} queue ${queueId}, which ends at ${String(extent.end)}`,
          ),
        );
      }
    }
  }
}

function finding(group: string, what: string): Finding {
  return {
    ...{ severity: "warning", part: "offsets", code: "offset-beyond", offset: null },
    file: "config/consumerOffset.json",
    what: `group ${group} ${what}`,
    cost: "the group goes on at the end of the queue, or skips what will be written up to there",
    repair: "leaves it: mqadmin resetOffsetByTime sets it",
  };
}

function delayOffsets(
  content: FastjsonValue | undefined,
  extents: Extents,
  findings: Findings,
): void {
  for (const [level, value] of membersOf(member(content, "offsetTable"))) {
    const offset = Number(value);
    const extent = extents.get(`${SystemTopic.SCHEDULE}\0${String(Number(level) - 1)}`);
    const isBeyond = extent !== undefined && offset > extent.end;
    if (Number.isSafeInteger(offset) && offset >= 0 && !isBeyond) continue;
    findings.add({
      ...{ severity: "warning", part: "offsets", code: "delay-offset-beyond", offset: null },
      file: "config/delayOffset.json",
      what: `delay level ${level} is at ${JSON.stringify(value)}, and its queue ends at ${String(extent?.end ?? 0)}`,
      cost: "delayed messages up to there are not delivered, or a broker starts at the queue's minimum again",
      repair: "leaves it",
    });
  }
}
