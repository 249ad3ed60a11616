/** A broker off a clock that the test moves. */
import type { ExecutionContext } from "ava";
import { ManualClock } from "../../../../engine/base/clock.js";
import { decodeRecords } from "../../../../engine/message/decode.js";
import type { Message } from "../../../../engine/message/message.js";
import { pullMessage } from "../../../../engine/protocol/requests/pull-message.js";
import { brokerFor, type clientOf, pullHeader, temporaryFolder } from "../harness.js";

export const START = 1_800_000_000_000;
/** Connections stay open however far the clock is moved. */
export const MOVABLE = { serverChannelMaxIdleTimeSeconds: 1_000_000, channelExpiredTimeout: 1e12 };

type Client = ReturnType<typeof clientOf>;

/** Moves the clock on and lets what its timers began come to an end. */
export async function pass(clock: ManualClock, ms: number): Promise<void> {
  await clock.advance(ms);
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

export async function messagesOf(client: Client, topic: string, queueId = 0): Promise<Message[]> {
  const answer = await client.call(
    pullMessage,
    pullHeader(topic, { queueId, sysFlag: 4, suspendTimeoutMillis: 0 }),
  );
  return answer.code === 0 ? decodeRecords(answer.body ?? Buffer.alloc(0)) : [];
}

export async function bodiesOf(client: Client, topic: string): Promise<string[]> {
  return (await messagesOf(client, topic)).map((one) => one.body.toString());
}

export async function movable(
  t: ExecutionContext,
  config: Record<string, string | number | boolean> = {},
) {
  const clock = new ManualClock(START);
  const folder = temporaryFolder(t);
  const options = { clock, storeDir: folder, config: { ...MOVABLE, ...config } };
  const broker = await brokerFor(t, options);
  const restart = () => brokerFor(t, options);
  return { clock, folder, broker, client: broker.connect(), restart };
}
