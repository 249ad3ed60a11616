/** PULL_MESSAGE 11, LITE_PULL_MESSAGE 361. Upstream: PullMessageProcessor, DefaultPullMessageResultHandler (5.3.3). */
import { litePullMessage } from "../../protocol/requests/lite-pull-message.js";
import { pullMessage } from "../../protocol/requests/pull-message.js";
import { ResponseCode } from "../../protocol/response-codes.js";
import { type Dispatcher, held, type Reply } from "../../remoting/api.js";
import type { GetResult, GetStatus, MessageFilter } from "../../store/store-api.js";
import type { BrokerContext } from "../broker-context.js";
import type { HeldPulls } from "../long-polling/pull-holds.js";
import {
  type CheckedPull,
  checkPull,
  type PullAnswer,
  type PullExchange,
  PullFlag,
  type PullHeader,
  type PullRefusal,
  waitsForSql92,
} from "./pull-checks.js";

type PullReply = Reply<PullAnswer, undefined>;

type PullStatus = GetStatus | "OFFSET_RESET";

const CODES: Record<PullStatus, number> = {
  FOUND: ResponseCode.SUCCESS,
  NO_MATCHED_MESSAGE: ResponseCode.PULL_RETRY_IMMEDIATELY,
  MESSAGE_WAS_REMOVING: ResponseCode.PULL_RETRY_IMMEDIATELY,
  NO_MATCHED_LOGIC_QUEUE: ResponseCode.PULL_NOT_FOUND,
  NO_MESSAGE_IN_QUEUE: ResponseCode.PULL_NOT_FOUND,
  OFFSET_FOUND_NULL: ResponseCode.PULL_NOT_FOUND,
  OFFSET_OVERFLOW_ONE: ResponseCode.PULL_NOT_FOUND,
  OFFSET_OVERFLOW_BADLY: ResponseCode.PULL_OFFSET_MOVED,
  OFFSET_TOO_SMALL: ResponseCode.PULL_OFFSET_MOVED,
  OFFSET_RESET: ResponseCode.PULL_OFFSET_MOVED,
};

/** Only on the main port, as upstream. */
export function registerPullMessage(
  dispatcher: Dispatcher,
  context: BrokerContext,
  holds: HeldPulls,
): void {
  const processor = new PullMessageProcessor(context, holds);
  dispatcher.register(pullMessage, (exchange) => processor.take(exchange, { isLite: false }));
  dispatcher.register(litePullMessage, (exchange) => processor.take(exchange, { isLite: true }));
}

class PullMessageProcessor {
  private readonly context: BrokerContext;
  private readonly holds: HeldPulls;

  constructor(context: BrokerContext, holds: HeldPulls) {
    this.context = context;
    this.holds = holds;
  }

  take(exchange: PullExchange, options: { isLite: boolean }): PullReply | typeof held {
    const loading = waitsForSql92(exchange.header);
    if (loading === undefined) return this.pull(exchange, options);
    void loading.then(() => {
      const reply = this.pull(exchange, options);
      if (reply !== held) exchange.respond(reply);
    });
    return held;
  }

  /** The first pass: commits the offset that came along, and may hold the pull. */
  private pull(exchange: PullExchange, options: { isLite: boolean }): PullReply | typeof held {
    const checked = checkPull(this.context, exchange, options);
    if ("code" in checked) return refused(checked);
    const { header } = exchange;
    const reply = this.read(header, checked);
    const { consumerGroup, topic, queueId, commitOffset = -1 } = header;
    if ((header.sysFlag & PullFlag.COMMIT_OFFSET) !== 0 && commitOffset >= 0) {
      this.context.offsets.commit(consumerGroup, topic, queueId, commitOffset);
    }
    const maySuspend = (header.sysFlag & PullFlag.SUSPEND) !== 0;
    if (reply.code !== ResponseCode.PULL_NOT_FOUND || !maySuspend) return reply;
    return this.hold(exchange, checked.filter, options) ? held : reply;
  }

  private hold(
    exchange: PullExchange,
    filter: MessageFilter | undefined,
    options: { isLite: boolean },
  ): boolean {
    const { config, clock } = this.context;
    const { topic, queueId, queueOffset, suspendTimeoutMillis = 0 } = exchange.header;
    const forMs = config.longPollingEnable ? suspendTimeoutMillis : config.shortPollingTimeMills;
    return this.holds.hold({
      topic,
      queueId,
      queueOffset,
      filter,
      deadlineMs: clock.now() + forMs,
      isWanted: () => exchange.connection.isOpen,
      resume: () => this.resume(exchange, options),
    });
  }

  /** The second pass answers whatever it finds. */
  private resume(exchange: PullExchange, options: { isLite: boolean }): void {
    const checked = checkPull(this.context, exchange, options);
    exchange.respond("code" in checked ? refused(checked) : this.read(exchange.header, checked));
  }

  private read(header: PullHeader, checked: CheckedPull): PullReply {
    const { context } = this;
    const { consumerGroup, topic, queueId } = header;
    const reset = context.config.useServerSideResetOffset
      ? context.offsets.takeReset(consumerGroup, topic, queueId)
      : undefined;
    if (reset !== undefined) return this.resetReply(header, checked, reset);
    const startedMs = context.clock.now();
    const result = context.store.get({
      topic,
      queueId,
      queueOffset: header.queueOffset,
      maxCount: header.maxMsgNums,
      ...(header.maxMsgBytes === undefined ? {} : { maxBytes: header.maxMsgBytes }),
      filter: checked.filter,
    });
    const nextBeginOffset = this.nextBeginOffset(result);
    context.offsets.commitPullOffset(consumerGroup, topic, queueId, nextBeginOffset);
    if (result.status === "FOUND") this.count(header, result, context.clock.now() - startedMs);
    return {
      code: codeOf(result.status, header.queueOffset),
      remark: result.status,
      header: {
        nextBeginOffset,
        minOffset: result.minOffset,
        maxOffset: result.maxOffset,
        ...this.hints(checked, result.suggestSlave),
      },
      body: result.status === "FOUND" ? result.records : undefined,
    };
  }

  private nextBeginOffset({ status, minOffset, nextBeginOffset }: GetResult): number {
    const isOvershot = status === "OFFSET_OVERFLOW_BADLY" && minOffset === 0;
    return isOvershot && this.context.release.overshootGoesToStart ? 0 : nextBeginOffset;
  }

  private resetReply(
    { topic, queueId }: PullHeader,
    checked: CheckedPull,
    nextBeginOffset: number,
  ): PullReply {
    const { store } = this.context;
    return {
      code: CODES.OFFSET_RESET,
      remark: "OFFSET_RESET",
      header: {
        nextBeginOffset,
        minOffset: store.minOffset(topic, queueId),
        maxOffset: store.maxOffset(topic, queueId),
        ...this.hints(checked, false),
      },
    };
  }

  private hints({ topic, group }: CheckedPull, suggestSlave: boolean) {
    const slow = suggestSlave ? group.whichBrokerWhenConsumeSlowly : group.brokerId;
    const suggestWhichBrokerId = this.context.config.slaveReadEnable ? slow : 0;
    if (!this.context.release.tellsAbilities) return { suggestWhichBrokerId };
    return {
      suggestWhichBrokerId,
      topicSysFlag: topic.topicSysFlag,
      groupSysFlag: group.groupSysFlag,
    };
  }

  private count(
    { consumerGroup, topic, queueId }: PullHeader,
    result: GetResult,
    tookMs: number,
  ): void {
    const { stats } = this.context;
    stats.groupGet(consumerGroup, topic, queueId, result.count, result.bytes);
    stats.groupGetLatency(consumerGroup, topic, queueId, tookMs);
  }
}

function codeOf(status: GetStatus, queueOffset: number): number {
  const isEmpty = status === "NO_MATCHED_LOGIC_QUEUE" || status === "NO_MESSAGE_IN_QUEUE";
  return isEmpty && queueOffset !== 0 ? ResponseCode.PULL_OFFSET_MOVED : CODES[status];
}

function refused({ code, remark, forbiddenType }: PullRefusal): PullReply {
  if (forbiddenType === undefined) return { code, remark };
  return { code, remark, extFields: { forbiddenType: String(forbiddenType) } };
}
