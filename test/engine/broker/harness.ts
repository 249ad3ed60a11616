/** A broker on a free port with a client connected to it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { startBroker, type StartBrokerOptions } from "../../../engine/broker/start-broker.js";
import { silentLogger } from "../../../engine/base/log.js";
import { encodeProperties } from "../../../engine/message/properties.js";
import type { RequestDefinition } from "../../../engine/protocol/define-request.js";
import { sendMessageV2 } from "../../../engine/protocol/requests/send-message-v2.js";
import type { CallOptions, Dispatcher } from "../../../engine/remoting/api.js";
import {
  createRemotingClient,
  type RemotingClientOptions,
} from "../../../engine/remoting/client.js";
import { createDispatcher } from "../../../engine/remoting/dispatcher.js";

export const ANY_CODE = Array.from({ length: 300 }, (_, code) => code);

/** Small files, so that a test's store is quickly made and removed. */
const SMALL = {
  mappedFileSizeCommitLog: 16 * 1024 * 1024,
  mappedFileSizeConsumeQueue: 20 * 1000,
  maxHashSlotNum: 1000,
  maxIndexNum: 4000,
};

export function temporaryFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), "broker-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function brokerFor(t: ExecutionContext, options: StartBrokerOptions = {}) {
  const broker = await startBroker({ ...options, config: { ...SMALL, ...options.config } });
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= broker.stop());
  t.teardown(stop);
  return { ...broker, stop, connect: () => clientOf(t, broker.address) };
}

/** One client on one connection; answers of any code are handed back. */
export function clientOf(
  t: ExecutionContext,
  address: string,
  options: Pick<RemotingClientOptions, "sign" | "tls"> = {},
) {
  const dispatcher: Dispatcher = createDispatcher({ logger: silentLogger });
  const remoting = createRemotingClient({ dispatcher, ...options });
  t.teardown(() => remoting.stop());
  const call = <Q, R, QB, RB>(
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options: CallOptions<QB> = {},
  ) =>
    remoting.call(address, definition, header, { timeoutMs: 20_000, accept: ANY_CODE, ...options });
  return {
    dispatcher,
    remoting,
    call,
    stop: () => remoting.stop(),
    send: (topic: string, given: SendOptions = {}) => {
      const { properties = {}, body = "hello", ...header } = given;
      return call(sendMessageV2, sendHeader(topic, properties, header), {
        body: Buffer.from(body),
      });
    },
  };
}

export interface SendOptions {
  properties?: Record<string, string>;
  body?: string | Buffer;
  queueId?: number;
  sysFlag?: number;
  flag?: number;
  defaultTopicQueueNums?: number;
  reconsumeTimes?: number;
}

export function sendHeader(topic: string, properties: Record<string, string>, other: object = {}) {
  return {
    producerGroup: "producers",
    topic,
    defaultTopic: "TBW102",
    defaultTopicQueueNums: 4,
    queueId: 0,
    sysFlag: 0,
    bornTimestamp: 1_700_000_000_123,
    flag: 0,
    properties: encodeProperties(Object.entries(properties)),
    reconsumeTimes: 0,
    unitMode: false,
    batch: false,
    ...other,
  };
}

export function pullHeader(topic: string, other: object = {}) {
  return {
    consumerGroup: "consumers",
    topic,
    queueId: 0,
    queueOffset: 0,
    maxMsgNums: 32,
    sysFlag: 4,
    commitOffset: 0,
    suspendTimeoutMillis: 15_000,
    subscription: "*",
    subVersion: 0,
    expressionType: "TAG",
    ...other,
  };
}

export function subscription(topic: string, other: object = {}) {
  return {
    topic,
    subString: "*",
    tagsSet: [],
    codeSet: [],
    subVersion: 1,
    expressionType: "TAG",
    classFilterMode: false,
    ...other,
  };
}

export function heartbeat(clientId: string, consumers: object[], other: object = {}) {
  return {
    clientId,
    producerDataSet: [{ groupName: "producers" }],
    consumerDataSet: consumers.map((consumer) => ({
      groupName: "consumers",
      consumeType: "CONSUME_PASSIVELY" as const,
      messageModel: "CLUSTERING" as const,
      consumeFromWhere: "CONSUME_FROM_LAST_OFFSET" as const,
      subscriptionDataSet: [subscription("T")],
      unitMode: false,
      ...consumer,
    })),
    heartbeatFingerprint: 0,
    withoutSub: false,
    ...other,
  };
}
