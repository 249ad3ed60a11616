import { addWritePermOfBroker } from "../../engine/protocol/requests/add-write-perm-of-broker.js";
import { getRouteinfoByTopic } from "../../engine/protocol/requests/get-routeinfo-by-topic.js";
import { wipeWritePermOfBroker } from "../../engine/protocol/requests/wipe-write-perm-of-broker.js";
import { messageOf } from "../../engine/base/errors.js";
import type { Column, Rows } from "../cli/define-command.js";
import type { Admin } from "./admin.js";
import { change, reportFailures, type State } from "./change.js";
import { clusterInfo } from "./clusters.js";
import { inParallel } from "./parallel.js";
import { PlainTextError } from "./plain-text-error.js";

const WRITE = 2;

/** What one name server did. `topics` is how many have queues on the broker, changed or not; null when it failed. */
export interface PermOutcome {
  namesrv: string;
  brokerName: string;
  /** Whether the permission was given, not taken. */
  writable: boolean;
  topics: number | null;
  /** Why it failed. */
  error: string | null;
}

/**
 * Takes the write permission of a broker's queues away in every name server, or gives it back. Failures go to `fail`
 * and have a row as well. Throws when no name server knows the broker.
 */
export async function changeWritePerm(
  admin: Admin,
  brokerName: string,
  how: { writable: boolean; fail: (thrown: unknown) => void },
): Promise<PermOutcome[]> {
  const what = { brokerName, writable: how.writable };
  const failed: { name: string; thrown: unknown }[] = [];
  const outcomes = await inParallel(admin.options.namesrv(), (namesrv) =>
    changeAt(admin, namesrv, what).then(
      (topics): PermOutcome => ({ ...what, namesrv, topics, error: null }),
      (thrown: unknown): PermOutcome => {
        failed.push({ name: `name server ${namesrv}`, thrown });
        return { ...what, namesrv, topics: null, error: messageOf(thrown) };
      },
    ),
  );
  const done = outcomes.filter(({ topics }) => topics !== null);
  reportFailures(
    done.map(({ namesrv }) => `name server ${namesrv}`),
    failed,
    how.fail,
  );
  if (outcomes.every(({ topics }) => topics === 0)) await mustBeKnown(admin, outcomes);
  return outcomes;
}

async function changeAt(
  admin: Admin,
  namesrv: string,
  { brokerName, writable }: { brokerName: string; writable: boolean },
): Promise<number> {
  const effect = {
    header: { brokerName },
    read: () => writableAt(admin, namesrv, brokerName),
    wanted: { writable },
  };
  if (writable) {
    const answer = await change(admin, namesrv, addWritePermOfBroker, {
      ...effect,
      assumed: { header: { addTopicCount: 0 } },
    });
    return answer.header.addTopicCount;
  }
  const answer = await change(admin, namesrv, wipeWritePermOfBroker, {
    ...effect,
    assumed: { header: { wipeTopicCount: 0 } },
  });
  return answer.header.wipeTopicCount;
}

/** Each broker has a topic of its own name: its permission stands for those of all others. */
async function writableAt(admin: Admin, namesrv: string, brokerName: string): Promise<State> {
  const header = { topic: brokerName, acceptStandardJsonOnly: true };
  const route = (await admin.oneNamesrv(namesrv, getRouteinfoByTopic, header)).content();
  const queues = route.queueDatas.find((one) => one.brokerName === brokerName);
  return queues === undefined ? null : { writable: (queues.perm & WRITE) !== 0 };
}

/** Upstream says `OK, 0` to a name that is nowhere. */
async function mustBeKnown(admin: Admin, outcomes: readonly PermOutcome[]): Promise<void> {
  const brokerName = outcomes[0]?.brokerName ?? "";
  if ((await clusterInfo(admin)).brokerAddrTable.has(brokerName)) return;
  throw new PlainTextError(outcomes.map(permText).join(""), {
    kind: "not-found",
    message: `the name server knows no broker ${brokerName}`,
    hint: "mqadmin clusterList shows the brokers",
  });
}

export const permColumns: Column<PermOutcome>[] = [
  { header: "#Name Server", key: "namesrv" },
  { header: "#Broker Name", key: "brokerName" },
  { header: "#Topics", key: "topics", type: "integer?" },
  { header: "#Error", key: "error", type: "string?" },
];

/** Upstream's text: a line about each name server. */
export async function* permLines(rows: Rows<PermOutcome>): AsyncGenerator<string> {
  for await (const row of rows) yield permText(row);
}

/** Upstream's line about one name server. */
function permText({ namesrv, brokerName, writable, topics }: PermOutcome): string {
  const outcome = topics === null ? "Failed" : `OK, ${topics}`;
  const done = writable ? "add" : "wipe";
  return `${done} write perm of broker[${brokerName}] in name server[${namesrv}] ${outcome}\n`;
}
