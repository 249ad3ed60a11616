/** A started broker and a tool's connection to it, over real sockets. */
import type { ExecutionContext } from "ava";
import type { ManualClock } from "../../../../engine/base/clock.js";
import { startBroker } from "../../../../engine/broker/start-broker.js";
import type { ConsumerData } from "../../../../engine/protocol/bodies/heartbeat-data.js";
import type { RequestDefinition } from "../../../../engine/protocol/define-request.js";
import { getSubscriptiongroupConfig } from "../../../../engine/protocol/requests/get-subscriptiongroup-config.js";
import { heartBeat } from "../../../../engine/protocol/requests/heart-beat.js";
import { sendMessage } from "../../../../engine/protocol/requests/send-message.js";
import { updateAndCreateTopic } from "../../../../engine/protocol/requests/update-and-create-topic.js";
import { updateConsumerOffset } from "../../../../engine/protocol/requests/update-consumer-offset.js";
import type { CallOptions, CallResult, RemotingClient } from "../../../../engine/remoting/api.js";
import { createRemotingClient } from "../../../../engine/remoting/client.js";
import { createDispatcher } from "../../../../engine/remoting/dispatcher.js";
import { silentLogger } from "../../../../engine/base/log.js";
import { ResponseError } from "../../../../engine/remoting/response-error.js";

export interface Setup {
  address: string;
  call: <Q, R, QB, RB>(
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options?: CallOptions<QB>,
  ) => Promise<CallResult<R, RB>>;
  /** [code, remark] of a request that is refused. */
  refusal: <Q, R, QB, RB>(
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options?: CallOptions<QB>,
  ) => Promise<[number, string]>;
  topic: (name: string, queues?: number) => Promise<void>;
  /** Returns the message id of the last one. */
  send: (topic: string, count?: number, queueId?: number) => Promise<string>;
  commit: (group: string, topic: string, offset: number) => Promise<void>;
}

export interface SetupOptions {
  config?: Record<string, string | number | boolean>;
  clock?: ManualClock;
  storeDir?: string;
}

export async function setup(t: ExecutionContext, options: SetupOptions = {}): Promise<Setup> {
  const broker = await startBroker(options);
  t.teardown(() => broker.stop());
  const client = createRemotingClient();
  await client.start();
  t.teardown(() => client.stop());
  const { address } = broker;
  const call: Setup["call"] = (definition, header, callOptions) =>
    client.call(address, definition, header, callOptions);
  return {
    address,
    call,
    async refusal(definition, header, callOptions) {
      const error = await call(definition, header, callOptions).catch((thrown: unknown) => thrown);
      if (!(error instanceof ResponseError))
        throw new Error("the request was not refused", { cause: error });
      return [error.code, error.remark];
    },
    async topic(topic, queues = 1) {
      await call(updateAndCreateTopic, newTopic(topic, queues));
    },
    async send(topic, count = 1, queueId = 0) {
      let messageId = "";
      for (let sent = 0; sent < count; sent++) {
        const body = Buffer.from(`body ${sent}`);
        messageId = (await call(sendMessage, sendHeader(topic, queueId), { body })).header.msgId;
      }
      return messageId;
    },
    async commit(consumerGroup, topic, commitOffset) {
      // Looking a group up makes it; offsets of groups that do not exist are refused.
      await call(getSubscriptiongroupConfig, { group: consumerGroup });
      await call(updateConsumerOffset, { consumerGroup, topic, queueId: 0, commitOffset });
    },
  };
}

export function newTopic(topic: string, queues: number) {
  return {
    topic,
    defaultTopic: "TBW102",
    readQueueNums: queues,
    writeQueueNums: queues,
    perm: 6,
    topicFilterType: "SINGLE_TAG",
    topicSysFlag: 0,
    order: false,
  };
}

function sendHeader(topic: string, queueId: number) {
  return {
    producerGroup: "producers",
    topic,
    defaultTopic: "TBW102",
    defaultTopicQueueNums: 4,
    queueId,
    sysFlag: 0,
    bornTimestamp: Date.now(),
    flag: 0,
    properties: "",
    reconsumeTimes: 0,
    unitMode: false,
    batch: false,
  };
}

/** A consumer that is online, with callbacks of its own. */
export async function consumer(
  t: ExecutionContext,
  { address }: Setup,
  given: { group: string; topic: string; clientId?: string },
): Promise<{ client: RemotingClient; dispatcher: ReturnType<typeof createDispatcher> }> {
  const dispatcher = createDispatcher({ logger: silentLogger });
  const client = createRemotingClient({ dispatcher });
  await client.start();
  t.teardown(() => client.stop());
  const data: ConsumerData = {
    groupName: given.group,
    consumeType: "CONSUME_PASSIVELY",
    messageModel: "CLUSTERING",
    consumeFromWhere: "CONSUME_FROM_LAST_OFFSET",
    subscriptionDataSet: [
      {
        topic: given.topic,
        subString: "*",
        tagsSet: [],
        codeSet: [],
        subVersion: Date.now(),
        expressionType: "TAG",
        classFilterMode: false,
      },
    ],
    unitMode: false,
  };
  await client.call(
    address,
    heartBeat,
    {},
    {
      content: {
        clientId: given.clientId ?? "client-1",
        producerDataSet: [{ groupName: "producers" }],
        consumerDataSet: [data],
        heartbeatFingerprint: 0,
        withoutSub: false,
      },
    },
  );
  return { client, dispatcher };
}
