import type { Clock } from "../../engine/base/clock.js";
import type { Progress } from "../output/progress.js";
import type { Admin } from "./admin.js";
import { clusterInfo } from "./clusters.js";
import { PlainTextError } from "./plain-text-error.js";
import { isOnlyNoted, producerOf, type SendTimes, timeSends } from "./probe-sends.js";
import { compareTexts } from "./queues.js";
import { rounds } from "./repeat.js";

/** How long sends to one broker took in one round. */
export interface RoundTrip extends SendTimes {
  cluster: string;
  brokerName: string;
  /** When the round of this broker ended, milliseconds. */
  time: number;
}

/**
 * Sends messages to the topic that every broker has by its own name, broker after broker, round after round until the
 * signal comes.
 */
export async function* brokerRoundTrips(
  admin: Admin,
  what: {
    amount: number;
    size: number;
    cluster: string | undefined;
    pauseMs: number;
  },
  within: {
    clock: Clock;
    fail: (thrown: unknown) => void;
    signal: AbortSignal;
    progress: Progress;
  },
): AsyncGenerator<RoundTrip> {
  const { amount, size, cluster, pauseMs } = what;
  const { clock, fail, signal, progress } = within;
  const { clusterAddrTable } = await clusterInfo(admin);
  if (cluster !== undefined && !clusterAddrTable.has(cluster)) {
    throw new PlainTextError(`cluster [${cluster}] not exist`, {
      kind: "not-found",
      message: `cluster [${cluster}] not exist`,
      hint: "mqadmin clusterList shows the clusters",
    });
  }
  const names = [...clusterAddrTable.keys()]
    .filter((name) => cluster === undefined || name === cluster)
    .sort(compareTexts)
    .flatMap((name) =>
      [...(clusterAddrTable.get(name) ?? [])]
        .sort(compareTexts)
        .map((brokerName) => ({ cluster: name, brokerName })),
    );
  if (admin.rehearsal !== undefined) {
    for (const { brokerName } of names)
      isOnlyNoted(admin, { topic: brokerName, messages: amount, bytes: size });
    return;
  }
  const producer = await producerOf(admin, String(clock.now()));
  const round = async function* (): AsyncGenerator<RoundTrip> {
    for (const one of names) {
      if (signal.aborted) return;
      progress.say(`sending ${amount} messages to ${one.brokerName}`);
      const times = await timeSends(producer, {
        topic: one.brokerName,
        size,
        count: amount,
        signal,
      });
      if (times.failure !== undefined) fail(times.failure);
      // told to stop before the first
      if (times.rtMs === null) return;
      yield { ...one, ...times, time: clock.now() };
    }
  };
  try {
    yield* rounds(round, { pauseMs, signal });
  } finally {
    await producer.stop();
  }
}
