/** NOTIFICATION 200054, POLLING_INFO 200055. Upstream: NotificationProcessor, PollingInfoProcessor (5.3.3). */
import type { TopicConfig } from "../../../protocol/bodies/topic-config.js";
import { notification } from "../../../protocol/requests/notification.js";
import { pollingInfo } from "../../../protocol/requests/polling-info.js";
import { type Dispatcher, type Exchange, held } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";
import { peekOffset } from "../../pop/pop-offset.js";
import type { PopService } from "../../pop/pop-service.js";
import { bornTimeOf, brokerRefusal, checkReading, type Refusal } from "./pop-checks.js";
import { ownQueues, type QueueToRead, retryQueues } from "./retry-topics.js";

interface NotificationHeader {
  consumerGroup: string;
  topic: string;
  queueId: number;
  pollTime: number;
  bornTime: number;
  order?: boolean | undefined;
  attemptId?: string | undefined;
}

interface NotificationAnswer {
  hasMsg: boolean;
  pollingFull?: boolean | undefined;
}

interface NotificationCall {
  exchange: Pick<
    Exchange<unknown, NotificationAnswer, undefined, undefined>,
    "connection" | "respond"
  >;
  header: NotificationHeader;
}

/** Only on the main port, as upstream. */
export function registerNotification(
  dispatcher: Dispatcher,
  context: BrokerContext,
  pop: PopService,
): void {
  dispatcher.register(notification, (exchange) => {
    const { header } = exchange;
    const bornTime = bornTimeOf(header, context);
    notify({ context, pop }, { exchange, header: { ...header, bornTime } });
    return held;
  });
  dispatcher.register(pollingInfo, ({ header, connection }) => {
    const checked = check(context, header, connection);
    if ("code" in checked) return checked;
    const { topic, consumerGroup, queueId } = header;
    return { header: { pollingNum: pop.holds.count(topic, consumerGroup, queueId) } };
  });
}

function check(
  context: BrokerContext,
  header: Pick<NotificationHeader, "consumerGroup" | "topic" | "queueId">,
  connection: { remoteAddress: string },
): TopicConfig | Refusal {
  return brokerRefusal(context, "peeking") ?? checkReading(context, header, connection);
}

interface Parts {
  context: BrokerContext;
  pop: PopService;
}

/** Answers, or waits for a message. */
function notify(parts: Parts, call: NotificationCall): void {
  const { exchange, header } = call;
  const topic = check(parts.context, header, exchange.connection);
  if ("code" in topic) return exchange.respond(topic);
  const queues = [
    ...ownQueues(topic, header.queueId, 0),
    ...retryQueues(parts.context, header, { random: 0, both: true }),
  ];
  if (queues.some((queue) => hasMessage(parts, header, queue))) {
    return exchange.respond({ header: { hasMsg: true } });
  }
  const result = hold(parts, call);
  if (result === "held") return;
  const pollingFull = result === "full" ? { pollingFull: true } : {};
  exchange.respond({ header: { hasMsg: false, ...pollingFull } });
}

function hasMessage(
  { context, pop }: Parts,
  { consumerGroup: group, topic: asked, order, attemptId }: NotificationHeader,
  { topic, queueId }: QueueToRead,
): boolean {
  if (order === true && pop.orders.isBlocked({ topic: asked, group, queueId }, attemptId)) {
    return false;
  }
  const offset = peekOffset(context, { topic, group, queueId });
  return context.store.maxOffset(topic, queueId) > offset;
}

function hold(parts: Parts, call: NotificationCall): "held" | "full" | "timeout" {
  const { exchange, header } = call;
  const { topic, consumerGroup: group, queueId, pollTime, bornTime } = header;
  if (pollTime <= 0) return "timeout";
  return parts.pop.notifications.hold({
    topic,
    group,
    queueId,
    filter: undefined,
    deadlineMs: bornTime + pollTime,
    isWanted: () => exchange.connection.isOpen,
    resume: () => notify(parts, call),
  });
}
