import { parseFastjson } from "../../engine/protocol/fastjson.js";
import type { Admin } from "./admin.js";
import { codeOf } from "./explain.js";
import { QueueReader, readableQueues, type ReceivedMessage } from "./queue-reader.js";
import { type Queue, queueKey, queueText } from "./queues.js";

/** Where brokers tell that a consumer asked for messages that are deleted already. */
const EVENT_TOPIC = "OFFSET_MOVED_EVENT";
const MONITOR_GROUP = "__MONITOR_CONSUMER";
const MAX_PULLED = 32;
const TOPIC_NOT_EXIST = 17;

/** A consumer wanted an offset that is gone and was moved to another. Upstream: DeleteMsgsEvent, OffsetMovedEvent. */
export interface OffsetMoved {
  consumerGroup: string;
  /** Undefined where the event does not say. */
  queue: Queue | undefined;
  offsetRequest: number;
  offsetNew: number;
  /** Milliseconds: when the broker stored the event. */
  eventTimestamp: number;
}

/** DeleteMsgsEvent.toString. */
export function deletionText(moved: OffsetMoved): string {
  const { consumerGroup, queue, offsetRequest, offsetNew, eventTimestamp } = moved;
  const at = queue === undefined ? "null" : queueText(queue);
  return `DeleteMsgsEvent [offsetMovedEvent=OffsetMovedEvent [consumerGroup=${consumerGroup}, messageQueue=${at}, offsetRequest=${offsetRequest}, offsetNew=${offsetNew}], eventTimestamp=${eventTimestamp}]`;
}

/** Reads the events since the last look. Upstream joins a group for that and leaves its retry topic behind. */
export class DeletionEvents {
  private readonly admin: Admin;
  private readonly reader: QueueReader;
  private readonly next = new Map<string, number>();

  constructor(admin: Admin) {
    this.admin = admin;
    this.reader = new QueueReader(admin, MONITOR_GROUP);
  }

  /** What was there before the first look is not told. */
  async *since(fail: (thrown: unknown) => void): AsyncGenerator<OffsetMoved> {
    const queues = await readableQueues(this.admin, EVENT_TOPIC).catch((thrown: unknown) => {
      if (codeOf(thrown) !== TOPIC_NOT_EXIST) fail(thrown);
      return [];
    });
    for (const queue of queues) {
      const from = this.next.get(queueKey(queue));
      const max = await this.reader.maxOffset(queue);
      this.next.set(queueKey(queue), max);
      if (from !== undefined) yield* this.between(queue, from, max);
    }
  }

  private async *between(queue: Queue, from: number, max: number): AsyncGenerator<OffsetMoved> {
    for (let offset = from; offset < max;) {
      const pulled = await this.reader.pull(queue, offset, { maxCount: MAX_PULLED });
      for (const message of pulled.messages) yield eventOf(message);
      if (pulled.nextBeginOffset <= offset) return;
      offset = pulled.nextBeginOffset;
    }
  }
}

/** As brokers write it; nobody else is kept from writing to the topic. */
interface EventBody {
  consumerGroup?: string;
  messageQueue?: Partial<Queue> | null;
  offsetRequest?: number | bigint;
  offsetNew?: number | bigint;
}

function eventOf({ body, storeTimestamp }: ReceivedMessage): OffsetMoved {
  const event = bodyOf(body);
  const queue = event.messageQueue;
  return {
    consumerGroup: event.consumerGroup ?? "",
    queue: queue
      ? {
          topic: queue.topic ?? "",
          brokerName: queue.brokerName ?? "",
          queueId: queue.queueId ?? 0,
        }
      : undefined,
    offsetRequest: Number(event.offsetRequest ?? 0),
    offsetNew: Number(event.offsetNew ?? 0),
    eventTimestamp: storeTimestamp,
  };
}

/** The topic is open to everybody: what is no event counts as an empty one. */
function bodyOf(body: Buffer): EventBody {
  try {
    const read = parseFastjson(body.toString("utf8"));
    return typeof read === "object" && read !== null ? (read as EventBody) : {};
  } catch {
    return {};
  }
}
