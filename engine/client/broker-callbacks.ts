/**
 * Answers what brokers ask of consumers over the consumers' own connections: 40, 220, 221, 307, 309.
 * Upstream: ClientRemotingProcessor.
 */
import { messageOf } from "../base/errors.js";
import { codecsFor } from "../message/compression/body.js";
import { decodeRecord } from "../message/decode.js";
import { consumeMessageDirectly } from "../protocol/requests/consume-message-directly.js";
import { getConsumerRunningInfo } from "../protocol/requests/get-consumer-running-info.js";
import { getConsumerStatusFromClient } from "../protocol/requests/get-consumer-status-from-client.js";
import { notifyConsumerIdsChanged } from "../protocol/requests/notify-consumer-ids-changed.js";
import { resetConsumerClientOffset } from "../protocol/requests/reset-consumer-client-offset.js";
import { ResponseCode } from "../protocol/response-codes.js";
import type { Client } from "./client.js";
import { type ConsumerCallbacks, membershipOf } from "./membership.js";

const served = new WeakSet<Client>();

/** Registers the answers with the client's dispatcher, once. */
export function serveBrokerCallbacks(client: Client): void {
  if (served.has(client)) return;
  served.add(client);
  const { dispatcher, logger } = client;
  const consumerOf = (group: string): ConsumerCallbacks | undefined =>
    membershipOf(client).consumers.get(group)?.callbacks;

  dispatcher.register(notifyConsumerIdsChanged, ({ header }) => {
    consumerOf(header.consumerGroup)?.rebalanceSoon();
    return {};
  });
  dispatcher.register(resetConsumerClientOffset, (exchange) => {
    const entries = exchange.content().offsetTable;
    consumerOf(exchange.header.group)
      ?.resetOffsets(entries)
      .catch((error: unknown) => logger.warn("offsets not reset", { error: messageOf(error) }));
    return {};
  });
  dispatcher.register(getConsumerStatusFromClient, ({ header }) => ({
    content: {
      consumerTable: new Map(),
      messageQueueTable: consumerOf(header.group)?.offsetsOf(header.topic) ?? [],
    },
  }));
  dispatcher.register(getConsumerRunningInfo, ({ header }) => {
    const consumer = consumerOf(header.consumerGroup);
    if (consumer === undefined) return unknownGroup(header.consumerGroup);
    const content = consumer.runningInfo();
    if (header.jstackEnable === true) content.jstack = new Error("event loop").stack ?? "";
    return { content };
  });
  dispatcher.register(consumeMessageDirectly, async ({ header, body }) => {
    const consumer = consumerOf(header.consumerGroup);
    if (consumer === undefined) return unknownGroup(header.consumerGroup);
    const message = Object.assign(decodeRecord(body), { brokerName: header.brokerName ?? "" });
    await codecsFor([message]);
    return { content: await consumer.consumeDirectly(message) };
  });
}

function unknownGroup(group: string): { code: number; remark: string } {
  return {
    code: ResponseCode.SYSTEM_ERROR,
    remark: `The Consumer Group <${group}> not exist in this consumer`,
  };
}
