/**
 * Questions and answers by message: a request carries the id of the client that asks, its broker pushes the reply to it.
 * Upstream: DefaultMQProducerImpl.request, RequestFutureHolder, MessageUtil.createReplyMessage (spec: remoting 3.2).
 */
import { randomUUID } from "node:crypto";
import { messageOf, RocketmqError } from "../base/errors.js";
import type { Service } from "../base/service.js";
import type { Host } from "../message/host.js";
import { Message } from "../message/message.js";
import { decodeProperties } from "../message/properties.js";
import { PropertyName } from "../message/property-names.js";
import { pushReplyMessageToClient } from "../protocol/requests/push-reply-message-to-client.js";
import { ResponseCode } from "../protocol/response-codes.js";
import { parseHostPort } from "../remoting/host-port.js";
import type { Client } from "./client.js";
import { membershipOf } from "./membership.js";
import type { OutgoingMessage } from "./outgoing-message.js";
import { Producer, type ProducerOptions, type SendOptions } from "./producer.js";
import type { SendResult } from "./send-result.js";

export interface RequestOptions extends Omit<SendOptions, "timeoutMs"> {
  /** Until the reply is there; default 3000 ms. */
  timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 3000;
/** Questions that may be open in one client at the same time. */
const MAX_OPEN = 10_000;
const REPLY = "reply";

/** Sends requests and waits for their replies. */
export class Requester implements Service {
  private readonly client: Client;
  private readonly producer: Producer;
  private readonly open = new Set<string>();

  constructor(client: Client, options: ProducerOptions) {
    this.client = client;
    this.producer = new Producer(client, options);
  }

  start(): void {
    repliesOf(this.client);
    this.producer.start();
  }

  /** What still waits for its reply is rejected. */
  async stop(): Promise<void> {
    const { open } = repliesOf(this.client);
    for (const id of this.open) open.get(id)?.fail(timedOut("the producer was stopped"));
    await this.producer.stop();
  }

  /**
   * Resolves with the reply. Rejects as `Producer.send` does when the request could not be sent, and with kind
   * "unreachable" when nobody replied in time.
   */
  async request(message: OutgoingMessage, options: RequestOptions = {}): Promise<Message> {
    const { timeoutMs = DEFAULT_TIMEOUT_MS, ...sendOptions } = options;
    const id = randomUUID();
    const text = `no reply to the request on ${message.topic} within ${timeoutMs} ms`;
    await this.introduce(message.topic);
    const reply = repliesOf(this.client).wait(id, timeoutMs, timedOut(text));
    this.open.add(id);
    const properties = {
      ...message.properties,
      [PropertyName.CORRELATION_ID]: id,
      [PropertyName.REPLY_TO_CLIENT]: this.client.id,
      [PropertyName.TTL]: String(timeoutMs),
    };
    try {
      // The reply may be here before the answer to the send.
      const sent = this.producer.send({ ...message, properties }, { ...sendOptions, timeoutMs });
      sent.catch((error: unknown) => repliesOf(this.client).open.get(id)?.fail(error));
      return await reply;
    } finally {
      this.open.delete(id);
    }
  }

  /** A broker pushes replies only to clients whose heartbeat it had. */
  private async introduce(topic: string): Promise<void> {
    const queues = await this.producer.queues(topic);
    const membership = membershipOf(this.client);
    const names = new Set(queues.map((queue) => queue.brokerName));
    await Promise.all(
      [...names].map(async (name) => {
        const address = this.client.routes.masterAddress(name);
        const isKnown = address !== undefined && (membership.brokerVersion(address) ?? 0) > 0;
        if (address !== undefined && !isKnown) await membership.beatTo(address);
      }),
    );
  }
}

/** The reply to a request as a message to be sent. Throws a usage error for a message that is no request. */
export function replyMessage(
  request: Pick<Message, "properties">,
  reply: Omit<OutgoingMessage, "topic">,
): OutgoingMessage {
  const required = (name: string): string => {
    const value = request.properties.get(name);
    if (value !== undefined) return value;
    throw new RocketmqError(
      `create reply message fail, requestMessage error, property[${name}] is null.`,
      { kind: "usage", hint: "only a message sent by request() can be replied to" },
    );
  };
  const ttl = request.properties.get(PropertyName.TTL);
  return {
    ...reply,
    topic: `${required(PropertyName.CLUSTER)}_REPLY_TOPIC`,
    properties: {
      ...reply.properties,
      [PropertyName.MSG_TYPE]: REPLY,
      [PropertyName.CORRELATION_ID]: required(PropertyName.CORRELATION_ID),
      [PropertyName.REPLY_TO_CLIENT]: required(PropertyName.REPLY_TO_CLIENT),
      ...(ttl === undefined ? {} : { [PropertyName.TTL]: ttl }),
    },
  };
}

/**
 * Replies to a request through the broker it came by, which surely knows the client that asked. Rejects with
 * ResponseError when that client is gone.
 */
export function reply(
  producer: Pick<Producer, "send">,
  request: Pick<Message, "properties"> & { brokerName: string },
  answer: Omit<OutgoingMessage, "topic">,
): Promise<SendResult> {
  return producer.send(replyMessage(request, answer), {
    select: (queues) => {
      const [first] = queues;
      const queue = queues.find((one) => one.brokerName === request.brokerName) ?? first;
      if (queue !== undefined) return queue;
      throw new RocketmqError("the reply topic has no queues", { kind: "failed" });
    },
  });
}

interface OpenRequest {
  succeed: (reply: Message) => void;
  fail: (error: unknown) => void;
}

/** The requests of one client that wait for a reply, by correlation id. Upstream: RequestFutureHolder. */
class Replies {
  readonly open = new Map<string, OpenRequest>();
  private readonly client: Client;

  constructor(client: Client) {
    this.client = client;
    client.dispatcher.register(pushReplyMessageToClient, ({ header, body }) => {
      try {
        this.take(messageFrom(header, body, client.clock.now()));
        return {};
      } catch (error) {
        client.logger.warn("a reply was not understood", { error: messageOf(error) });
        return { code: ResponseCode.SYSTEM_ERROR, remark: "process reply message fail" };
      }
    });
  }

  wait(id: string, timeoutMs: number, late: RocketmqError): Promise<Message> {
    if (this.open.size >= MAX_OPEN) {
      throw new RocketmqError(`${MAX_OPEN} requests wait for their replies already`, {
        kind: "failed",
        hint: "wait for some of them first",
      });
    }
    return new Promise((resolve, reject) => {
      const close = (): void => {
        timer.cancel();
        this.open.delete(id);
      };
      const fail = (error: unknown): void => {
        close();
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what the send threw, thrown on
        reject(error);
      };
      const succeed = (message: Message): void => {
        close();
        resolve(message);
      };
      this.open.set(id, { succeed, fail });
      const timer = this.client.clock.after(timeoutMs, () => fail(late));
    });
  }

  private take(message: Message): void {
    const id = message.properties.get(PropertyName.CORRELATION_ID) ?? "";
    const request = this.open.get(id);
    if (request === undefined) this.client.logger.warn("a reply came too late", { id });
    else request.succeed(message);
  }
}

const table = new WeakMap<Client, Replies>();

function repliesOf(client: Client): Replies {
  let replies = table.get(client);
  if (replies === undefined) table.set(client, (replies = new Replies(client)));
  return replies;
}

function timedOut(message: string): RocketmqError {
  return new RocketmqError(message, {
    kind: "unreachable",
    hint: "is there a consumer that replies?",
  });
}

interface PushHeader {
  topic: string;
  queueId: number;
  sysFlag: number;
  flag: number;
  bornTimestamp: number;
  bornHost: string;
  storeTimestamp: number;
  storeHost: string;
  properties?: string | undefined;
  reconsumeTimes?: number | undefined;
}

function messageFrom(header: PushHeader, body: Buffer, now: number): Message {
  const properties = decodeProperties(header.properties ?? "");
  properties.set(PropertyName.ARRIVE_TIME, String(now));
  return new Message({
    storeSize: 0,
    bodyCrc: 0,
    queueId: header.queueId,
    flag: header.flag,
    queueOffset: 0,
    physicalOffset: 0,
    sysFlag: header.sysFlag,
    bornTimestamp: header.bornTimestamp,
    bornHost: hostOf(header.bornHost),
    storeTimestamp: header.storeTimestamp,
    storeHost: hostOf(header.storeHost),
    reconsumeTimes: header.reconsumeTimes ?? 0,
    preparedTransactionOffset: 0,
    storedBody: body,
    topic: header.topic,
    properties,
  });
}

/** Java prints a slash before an address without a name. */
function hostOf(text: string): Host {
  const { host: address, port } = parseHostPort(text.replace(/^\//, ""));
  return { address, port };
}
