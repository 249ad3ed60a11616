import { RocketmqError } from "../../engine/base/errors.js";
import type { Admin } from "./admin.js";
import { NotAppliedError, onEach } from "./change.js";
import { addressToAsk, clusterInfo } from "./clusters.js";
import { consumeStats, type QueueProgress } from "./consume-stats.js";
import { commitOffset, type CommittedOffset } from "./offset-commit.js";
import { queueText } from "./queues.js";
import type { ResetQueue } from "./offset-reset.js";
import { setOffset } from "./offset-reset-queue.js";
import { topicRoute } from "./topics.js";

/**
 * Gives a group the offsets that another one has, on all topics of that one as upstream does; the queues in order.
 * `topic` must be there, and is one whose brokers are surely known.
 */
export async function cloneOffsets(
  admin: Admin,
  { from, to, topic }: { from: string; to: string; topic: string },
  report: { fail: (thrown: unknown) => void; say: (what: string) => void },
): Promise<ResetQueue[]> {
  const { queues } = await consumeStats(admin, from);
  const [route, info] = await Promise.all([topicRoute(admin, topic), clusterInfo(admin)]);
  const brokers = [...info.brokerAddrTable.values(), ...route.brokerDatas];
  const addresses = new Map(brokers.map((one) => [one.brokerName, addressToAsk(one)]));
  const known = queues.filter(({ consumerOffset }) => consumerOffset >= 0);
  const clone = async (queue: QueueProgress): Promise<ResetQueue> => {
    const { topic, brokerName, queueId, consumerOffset: offset } = queue;
    const address = addresses.get(brokerName);
    if (address === undefined) throw unknownBroker(brokerName);
    report.say(`${queueText(queue)}: ${offset}`);
    await commit(admin, address, { group: to, topic, queueId, offset });
    return { topic, brokerName, queueId, offset };
  };
  // one after the other: brokers of 4.x lose offsets when the first ones of a group come at the same time
  return onEach(known, clone, { nameOf: queueText, fail: report.fail, width: 1 });
}

/**
 * A group that was reset while nobody was online keeps what it was set to until it is: a commit is answered with
 * success and dropped. Such a queue is reset again.
 */
async function commit(admin: Admin, address: string, to: CommittedOffset): Promise<void> {
  try {
    await commitOffset(admin, address, to);
  } catch (thrown) {
    if (!(thrown instanceof NotAppliedError)) throw thrown;
    await setOffset(admin, address, to);
  }
}

function unknownBroker(brokerName: string): RocketmqError {
  return new RocketmqError(`the name server knows no address of ${brokerName}`, {
    kind: "not-found",
  });
}
