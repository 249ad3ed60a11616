/** QUERY_ASSIGNMENT 400, SET_MESSAGE_REQUEST_MODE 401, GET_ALL_MESSAGE_REQUEST_MODE 402. Upstream: QueryAssignmentProcessor (5.3.3). */
import { type AllocateStrategy, averagely, averagelyByCircle } from "../../../client/allocate.js";
import { compareQueues, compareText } from "../../../client/message-queue.js";
import { isRetryTopic } from "../../../message/topic-names.js";
import type {
  QueryAssignmentRequest,
  SetMessageRequestModeBody,
} from "../../../protocol/bodies/message-request-mode.js";
import type { MessageQueue } from "../../../protocol/bodies/message-queue.js";
import { getAllMessageRequestMode } from "../../../protocol/requests/get-all-message-request-mode.js";
import { queryAssignment } from "../../../protocol/requests/query-assignment.js";
import { setMessageRequestMode } from "../../../protocol/requests/set-message-request-mode.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";
import type { PopService } from "../../pop/pop-service.js";
import { TopicQueues } from "../../pop/topic-queues.js";
import { onceSaved } from "../once-saved.js";

const STRATEGIES: ReadonlyMap<string, AllocateStrategy> = new Map(
  [averagely, averagelyByCircle].map((strategy) => [strategy.name, strategy]),
);

export function registerQueryAssignment(
  dispatcher: Dispatcher,
  context: BrokerContext,
  pop: PopService,
): void {
  const queues = new TopicQueues(context);
  dispatcher.register(queryAssignment, async ({ content }) => {
    const asked = content();
    const mode = modeOf(context, pop, asked);
    const assigned = await assignedQueues(context, queues, { asked, mode });
    // no list at all makes the client keep what it has
    if (assigned === undefined) return { body: Buffer.from("{}") };
    return {
      content: {
        messageQueueAssignments: assigned.map((messageQueue) => ({
          attachments: {},
          messageQueue,
          mode: mode.mode,
        })),
      },
    };
  });
  onceSaved(dispatcher, pop.modes).register(setMessageRequestMode, ({ content }) =>
    setMode(context, pop, content()),
  );
  dispatcher.register(getAllMessageRequestMode, () => ({ content: pop.modes.all() }));
}

function setMode(
  { topics, groups }: BrokerContext,
  pop: PopService,
  mode: SetMessageRequestModeBody,
): { code?: number; remark?: string } {
  const { topic, consumerGroup } = mode;
  if (isRetryTopic(topic)) {
    const remark = "retry topic is not allowed to set mode";
    return { code: ResponseCode.NO_PERMISSION, remark };
  }
  if (topics.get(topic) === undefined) {
    return { code: ResponseCode.TOPIC_NOT_EXIST, remark: `topic[${topic}] not exist` };
  }
  if (groups.find(consumerGroup) === undefined) {
    const remark = "subscription group does not exist";
    return { code: ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, remark };
  }
  pop.modes.set(mode);
  return {};
}

type Mode = Pick<SetMessageRequestModeBody, "mode" | "popShareQueueNum">;

function modeOf(
  { config }: BrokerContext,
  pop: PopService,
  { topic, consumerGroup }: QueryAssignmentRequest,
): Mode {
  const known = pop.modes.get(topic, consumerGroup);
  if (known !== undefined) return known;
  if (isRetryTopic(topic)) return { mode: "PULL", popShareQueueNum: 0 };
  const mode = config.defaultMessageRequestMode;
  return { mode, popShareQueueNum: mode === "POP" ? config.defaultPopShareQueueNum : 0 };
}

/** Undefined when nothing can be said: an unknown topic, group or strategy. */
async function assignedQueues(
  { clients, config }: BrokerContext,
  queues: TopicQueues,
  { asked, mode }: { asked: QueryAssignmentRequest; mode: Mode },
): Promise<MessageQueue[] | undefined> {
  const all = await queues.of(asked.topic);
  if (all === undefined || asked.messageModel === "BROADCASTING") return all;
  if (!config.serverLoadBalancerEnable) return all;
  const strategy = STRATEGIES.get(asked.strategyName);
  const group = clients.consumerGroup(asked.consumerGroup);
  if (strategy === undefined || group === undefined) return undefined;
  const clientIds = [...group.channels.values()].map(({ clientId }) => clientId).sort(compareText);
  const sorted = [...all].sort(compareQueues);
  const allocate = (clientId: string): MessageQueue[] =>
    strategy.allocate({ group: asked.consumerGroup, clientId, queues: sorted, clientIds });
  if (mode.mode !== "POP") return allocate(asked.clientId);
  const { clientId } = asked;
  return distinct(allocateForPop({ clientId, sorted, clientIds, allocate }, mode));
}

interface Allocating {
  clientId: string;
  sorted: readonly MessageQueue[];
  clientIds: readonly string[];
  allocate: (clientId: string) => MessageQueue[];
}

/** Everybody pops everything, or each shares the queues of the members that follow it. Upstream: allocate4Pop. */
function allocateForPop(
  { clientId, sorted, clientIds, allocate }: Allocating,
  { popShareQueueNum }: Mode,
): MessageQueue[] {
  if (popShareQueueNum <= 0 || popShareQueueNum >= clientIds.length - 1) {
    return sorted.map(({ topic, brokerName }) => ({ topic, brokerName, queueId: -1 }));
  }
  const index = clientIds.indexOf(clientId);
  if (clientIds.length > sorted.length) {
    const one = index < 0 ? undefined : sorted[index % sorted.length];
    return one === undefined ? [] : [one];
  }
  if (index < 0) return allocate(clientId);
  return Array.from({ length: popShareQueueNum + 1 }, (_, step) =>
    allocate(clientIds[(index + step) % clientIds.length] ?? clientId),
  ).flat();
}

function distinct(queues: readonly MessageQueue[]): MessageQueue[] {
  return [
    ...new Map(queues.map((queue) => [`${queue.brokerName}@${queue.queueId}`, queue])).values(),
  ];
}
