/** POP_MESSAGE 200050. Upstream: PopMessageProcessor (5.3.3). */
import { messageOf } from "../../../base/errors.js";
import type { TopicConfig } from "../../../protocol/bodies/topic-config.js";
import { popMessage } from "../../../protocol/requests/pop-message.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import { type Dispatcher, type Exchange, held } from "../../../remoting/api.js";
import type { MessageFilter } from "../../../store/store-api.js";
import type { BrokerContext } from "../../broker-context.js";
import { ORDER_REVIVE_QUEUE } from "../../pop/pop-names.js";
import type { PopService } from "../../pop/pop-service.js";
import { messageOffsetsText, startOffsetText } from "../../pop/receipt.js";
import { bornTimeOf, brokerRefusal, checkReading, type Refusal } from "./pop-checks.js";
import { popFilter, waitsForGrammar } from "./pop-filter.js";
import { popFromQueue, type PopUnderWay, type QueuePart } from "./read-queue.js";
import { ownQueues, type QueueToRead, retryQueues } from "./retry-topics.js";

interface PopHeader {
  consumerGroup: string;
  topic: string;
  queueId: number;
  maxMsgNums: number;
  invisibleTime: number;
  pollTime: number;
  bornTime: number;
  initMode: number;
  expType?: string | undefined;
  exp?: string | undefined;
  order?: boolean | undefined;
  attemptId?: string | undefined;
}

interface PopAnswer {
  popTime: number;
  invisibleTime: number;
  reviveQid: number;
  restNum: number;
  startOffsetInfo?: string | undefined;
  msgOffsetInfo?: string | undefined;
  orderCountInfo?: string | undefined;
}

/** One request, through as many passes as it takes. */
interface PopCall {
  exchange: Pick<Exchange<unknown, PopAnswer, undefined, undefined>, "connection" | "respond">;
  header: PopHeader;
}

interface Taken {
  parts: QueuePart[];
  rest: number;
  /** Messages that do not match were passed over and more follow. */
  mayGoOn: boolean;
}

const MOST_MESSAGES = 32;
const TOO_LATE_MS = 500;

/** Only on the main port, as upstream. */
export function registerPopMessage(
  dispatcher: Dispatcher,
  context: BrokerContext,
  pop: PopService,
): void {
  const processor = new PopMessageProcessor(context, pop);
  dispatcher.register(popMessage, (exchange) => {
    const { header } = exchange;
    const bornTime = bornTimeOf(header, context);
    void processor.pop({ exchange, header: { ...header, bornTime } });
    return held;
  });
}

class PopMessageProcessor {
  private readonly context: BrokerContext;
  private readonly service: PopService;
  /** Counts pops, to take the revive queues in turn. */
  private turn = 0;

  constructor(context: BrokerContext, service: PopService) {
    this.context = context;
    this.service = service;
  }

  /** Answers, or holds the request; whatever goes wrong is answered. */
  async pop(call: PopCall): Promise<void> {
    try {
      await waitsForGrammar(call.header);
      const checked = this.check(call);
      if ("code" in checked) call.exchange.respond(checked);
      else await this.run(call, checked);
    } catch (error) {
      call.exchange.respond({ code: ResponseCode.SYSTEM_ERROR, remark: messageOf(error) });
    }
  }

  private check({
    exchange,
    header,
  }: PopCall): { topic: TopicConfig; filter: MessageFilter | undefined } | Refusal {
    const { config, clock } = this.context;
    const broker = `the broker[${config.brokerIP1}] pop message`;
    if (clock.now() - header.bornTime - header.pollTime > TOO_LATE_MS) {
      return { code: ResponseCode.POLLING_TIMEOUT, remark: `${broker} is timeout too much` };
    }
    const refusal = brokerRefusal(this.context, "pop");
    if (refusal !== undefined) return refusal;
    if (header.maxMsgNums > MOST_MESSAGES) {
      const remark = `${broker}'s num is greater than ${MOST_MESSAGES}`;
      return { code: ResponseCode.INVALID_PARAMETER, remark };
    }
    if (!config.timerWheelEnable) {
      const remark = `${broker} is forbidden because timerWheelEnable is false`;
      return { code: ResponseCode.SYSTEM_ERROR, remark };
    }
    const topic = checkReading(this.context, header, exchange.connection);
    if ("code" in topic) return topic;
    const filter = popFilter(header);
    return filter === undefined
      ? {
          code: ResponseCode.SUBSCRIPTION_PARSE_FAILED,
          remark: "parse the consumer's subscription failed",
        }
      : { topic, ...filter };
  }

  private async run(
    call: PopCall,
    { topic, filter }: { topic: TopicConfig; filter: MessageFilter | undefined },
  ): Promise<void> {
    const { header } = call;
    const under: PopUnderWay = {
      topic: header.topic,
      group: header.consumerGroup,
      invisibleTime: header.invisibleTime,
      initMode: header.initMode,
      isOrder: header.order ?? false,
      attemptId: header.attemptId,
      filter,
      popTime: this.context.clock.now(),
      reviveQueueId: this.reviveQueue(header.order ?? false),
    };
    const taken = this.take(call, topic, under);
    const parts: QueuePart[] = [];
    for (const part of taken.parts) {
      if (part.stored === undefined || (await part.stored)) parts.push(part);
      else taken.rest += part.count;
    }
    if (parts.length > 0) this.found(call, under, { ...taken, parts });
    else this.notFound(call, under, taken);
  }

  private reviveQueue(isOrder: boolean): number {
    const { reviveQueueNum } = this.context.config;
    return isOrder ? ORDER_REVIVE_QUEUE : this.turn++ % reviveQueueNum;
  }

  private take({ header }: PopCall, topic: TopicConfig, under: PopUnderWay): Taken {
    const taken: Taken = { parts: [], rest: 0, mayGoOn: false };
    let room = header.maxMsgNums;
    for (const queue of this.queuesOf(header, topic)) {
      const popping = { context: this.context, pop: this.service, under };
      const { part, rest, mayGoOn } = popFromQueue(popping, queue, room);
      taken.rest += rest;
      if (mayGoOn === true) taken.mayGoOn = true;
      if (part === undefined) continue;
      room -= part.count;
      taken.parts.push(part);
    }
    return taken;
  }

  /** Some pops look at retries first, the others when they still have room. */
  private queuesOf(header: PopHeader, topic: TopicConfig): QueueToRead[] {
    const random = Math.floor(Math.random() * 100);
    const own = ownQueues(topic, header.queueId, random);
    if (header.order === true) return own;
    const retries = retryQueues(this.context, header, { random });
    const isRetryFirst = random < this.context.config.popFromRetryProbability;
    return isRetryFirst ? [...retries, ...own] : [...own, ...retries];
  }

  private found({ exchange, header }: PopCall, under: PopUnderWay, taken: Taken): void {
    const { clock, stats } = this.context;
    const { topic, group, popTime } = under;
    stats.groupGetLatency(group, topic, Math.max(0, header.queueId), clock.now() - popTime);
    exchange.respond({
      code: ResponseCode.SUCCESS,
      remark: "FOUND",
      header: answer(under, taken),
      body: taken.parts.flatMap(({ records }) => records),
    });
    if (taken.rest > 0) this.service.holds.notify(topic, group, header.queueId);
  }

  private notFound(call: PopCall, under: PopUnderWay, taken: Taken): void {
    const { exchange, header } = call;
    const { topic, consumerGroup: group, queueId, pollTime, bornTime } = header;
    const result =
      pollTime <= 0
        ? "timeout"
        : this.service.holds.hold({
            topic,
            group,
            queueId,
            filter: under.filter,
            deadlineMs: bornTime + pollTime,
            isWanted: () => exchange.connection.isOpen,
            resume: () => void this.pop(call),
          });
    if (result !== "held") {
      const isFull = result === "full";
      exchange.respond({
        code: isFull ? ResponseCode.POLLING_FULL : ResponseCode.POLLING_TIMEOUT,
        remark: "NO_MESSAGE_IN_QUEUE",
        header: answer(under, taken),
      });
    } else if (taken.mayGoOn) this.service.holds.notify(topic, group, queueId);
  }
}

function answer(under: PopUnderWay, { parts, rest }: Taken): PopAnswer {
  const { popTime, invisibleTime, reviveQueueId, isOrder } = under;
  const texts = (of: (part: QueuePart) => string) => parts.map(of).join(";");
  return {
    popTime,
    invisibleTime,
    reviveQid: reviveQueueId,
    restNum: rest,
    startOffsetInfo: texts((part) =>
      startOffsetText(part.queue.topic, part.queue.queueId, part.startOffset),
    ),
    msgOffsetInfo: texts((part) =>
      messageOffsetsText(part.queue.topic, part.queue.queueId, part.queueOffsets),
    ),
    ...(isOrder ? { orderCountInfo: texts((part) => part.orderCounts.join(";")) } : {}),
  };
}
