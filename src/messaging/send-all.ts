import type { Client } from "../../engine/client/client.js";
import type { Producer } from "../../engine/client/producer.js";
import type { SendResult } from "../../engine/client/send-result.js";
import { RocketmqError } from "../../engine/base/errors.js";
import type { InputMessage } from "./read-messages.js";

/** A message that was sent. */
export interface Sent {
  line: number;
  result: SendResult;
  /** Of messages in its topic, when it was sent. */
  topic: string;
}

const MOST_UNDER_WAY = 64;

/**
 * Sends messages as they come and yields what brokers answered, in the order of the input. Messages take turns with the
 * queues of the topic; of one queue only one is under way, so each queue keeps the order of the input. Ends with the
 * first that is refused: those before it were sent, those behind it not.
 */
export async function* sendAll(
  messages: AsyncIterable<InputMessage>,
  using: { client: Client; producer: Producer; signal: AbortSignal },
): AsyncGenerator<Sent> {
  const underWay: Promise<Sent>[] = [];
  const lastOfQueue = new Map<number, Promise<unknown>>();
  let turn = 0;
  for await (const input of messages) {
    if (using.signal.aborted) break;
    const queues = await using.client.routes.publishQueues(input.message.topic).catch(() => []);
    const lane = queues.length === 0 ? 0 : turn++ % queues.length;
    const sending = (lastOfQueue.get(lane) ?? Promise.resolve()).then(() =>
      sendOne(input, { ...using, queue: pick(input, queues, lane) }),
    );
    sending.catch(() => undefined);
    lastOfQueue.set(lane, sending);
    underWay.push(sending);
    if (underWay.length >= Math.min(MOST_UNDER_WAY, Math.max(1, queues.length)))
      yield await (underWay.shift() as Promise<Sent>);
  }
  for (const sending of underWay) yield await sending;
}

type Queues = Awaited<ReturnType<Client["routes"]["publishQueues"]>>;

function pick(input: InputMessage, queues: Queues, lane: number): Queues[number] | undefined {
  return input.queueId === undefined
    ? queues[lane]
    : queues.find((queue) => queue.queueId === input.queueId);
}

async function sendOne(
  input: InputMessage,
  using: { producer: Producer; queue: Queues[number] | undefined },
): Promise<Sent> {
  if (input.queueId !== undefined && using.queue === undefined) {
    throw new RocketmqError(
      `line ${String(input.line)}: ${input.message.topic} has no queue ${String(input.queueId)} to write to`,
      { kind: "not-found" },
    );
  }
  const options = using.queue === undefined ? {} : { queue: using.queue };
  try {
    return {
      line: input.line,
      topic: input.message.topic,
      result: await using.producer.send(input.message, options),
    };
  } catch (error) {
    if (!(error instanceof RocketmqError)) throw error;
    throw new RocketmqError(`line ${String(input.line)} was not sent: ${error.message}`, {
      kind: error.kind,
      ...(error.hint !== undefined && { hint: error.hint }),
      cause: error,
    });
  }
}
