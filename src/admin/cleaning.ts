import { RocketmqError } from "../../engine/base/errors.js";
import type { RequestDefinition } from "../../engine/protocol/define-request.js";
import { cleanExpiredConsumequeue } from "../../engine/protocol/requests/clean-expired-consumequeue.js";
import { cleanUnusedTopic } from "../../engine/protocol/requests/clean-unused-topic.js";
import { deleteExpiredCommitlog } from "../../engine/protocol/requests/delete-expired-commitlog.js";
import type { Admin } from "./admin.js";
import { runtimeInfo } from "./brokers.js";
import { change, onEach, type State } from "./change.js";
import { clusterInfo, replicasOf } from "./clusters.js";
import { PlainTextError } from "./plain-text-error.js";

type Cleaning = RequestDefinition<Record<never, never>, Record<never, never>, undefined, undefined>;

/** What brokers can be told to clean up, by command. */
export const CLEANINGS = {
  cleanExpiredCQ: cleanExpiredConsumequeue,
  deleteExpiredCommitLog: deleteExpiredCommitlog,
  cleanUnusedTopic,
} as const satisfies Record<string, Cleaning>;

/** A broker that cleaned up. `asked` is how many were told to. */
export interface Cleaned {
  broker: string;
  asked: number;
}

/**
 * Tells one broker, every broker of a cluster, or every broker to clean up. Upstream: cleanExpiredConsumerQueue and the
 * like, of which only the last broker's answer counts.
 */
export async function cleanUp(
  admin: Admin,
  definition: Cleaning,
  where: {
    brokerAddr: string | undefined;
    cluster: string | undefined;
    fail: (thrown: unknown) => void;
  },
): Promise<Cleaned[]> {
  const addresses =
    where.brokerAddr === undefined
      ? await addressesOf(admin, definition, where.cluster)
      : [where.brokerAddr];
  return onEach(
    addresses,
    async (broker) => {
      const read = () => commitLogOf(admin, broker);
      await change(admin, broker, definition, { header: {}, read });
      return { broker, asked: addresses.length };
    },
    { nameOf: (broker) => broker, fail: where.fail },
  );
}

/** Upstream's text: `success` or `false` without a line end. */
export async function* cleanedText(
  rows: Iterable<Cleaned> | AsyncIterable<Cleaned>,
): AsyncGenerator<string> {
  let done = 0;
  let asked = 0;
  for await (const row of rows) {
    done++;
    asked = row.asked;
  }
  yield done > 0 && done === asked ? "success" : "false";
}

async function addressesOf(
  admin: Admin,
  definition: Cleaning,
  cluster: string | undefined,
): Promise<string[]> {
  const wanted = cluster === undefined || cluster === "" ? undefined : cluster;
  const addresses = replicasOf(await clusterInfo(admin), wanted).map((one) => one.address);
  if (addresses.length > 0) return addresses;
  const hint = "mqadmin clusterList shows the clusters";
  const message =
    wanted === undefined
      ? "the name server knows no broker"
      : `the name server knows no broker of a cluster ${wanted}`;
  const isConnect =
    definition === cleanUnusedTopic && admin.options.release?.isBefore("4.9.3") === true;
  // it was taken for an address
  if (isConnect && wanted !== undefined) {
    throw new RocketmqError(`connect to ${wanted} failed: ${message}`, { kind: "not-found", hint });
  }
  throw new PlainTextError("false", { kind: "not-found", message, hint });
}

/** What may become smaller. */
async function commitLogOf(admin: Admin, broker: string): Promise<State> {
  const info = await runtimeInfo(admin, broker);
  return {
    commitLogMinOffset: info.get("commitLogMinOffset") ?? null,
    commitLogMaxOffset: info.get("commitLogMaxOffset") ?? null,
  };
}
