/** Questions that only a consumer can answer are passed on to it. Upstream: AdminBrokerProcessor.callConsumer, consumeMessageDirectly; Broker2Client.getConsumeStatus. */
import { messageOf } from "../../../base/errors.js";
import { parseOffsetMessageId } from "../../../message/message-id.js";
import type { QueueEntry } from "../../../protocol/bodies/message-queue.js";
import type { RemotingCommand } from "../../../protocol/remoting-command.js";
import { bodyOf } from "../../../protocol/remoting-command.js";
import { consumeMessageDirectly } from "../../../protocol/requests/consume-message-directly.js";
import { getConsumerRunningInfo } from "../../../protocol/requests/get-consumer-running-info.js";
import { getConsumerStatusFromClient } from "../../../protocol/requests/get-consumer-status-from-client.js";
import { invokeBrokerToGetConsumerStatus } from "../../../protocol/requests/invoke-broker-to-get-consumer-status.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import { Version, versionName } from "../../../protocol/versions.js";
import type { Dispatcher, Reply } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";

const CALL_TIMEOUT_MS = 10_000;
const STATUS_TIMEOUT_MS = 5000;

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Answer = Reply<any, any>;

export function registerConsumerQuestions(dispatcher: Dispatcher, context: BrokerContext): void {
  dispatcher.register(getConsumerRunningInfo, ({ command, header }) =>
    askConsumer(context, { command, group: header.consumerGroup, clientId: header.clientId }),
  );
  dispatcher.register(consumeMessageDirectly, ({ command, header }) => {
    const record = recordOf(context, header.msgId);
    if (record === undefined)
      return failed(`can not find the message of id ${header.msgId ?? "null"}`);
    const extFields = { ...command.extFields, ...flagsFor(context, header) };
    return askConsumer(context, {
      command: { ...command, extFields, body: record },
      group: header.consumerGroup,
      clientId: header.clientId,
    });
  });
  dispatcher.register(invokeBrokerToGetConsumerStatus, ({ header }) =>
    consumerStatus(context, header),
  );
}

function recordOf({ store }: BrokerContext, messageId: string | undefined): Buffer | undefined {
  const parsed = parseOffsetMessageId(messageId ?? "");
  return parsed === undefined ? undefined : store.record(parsed.physicalOffset);
}

/** What the broker adds to a message that is consumed directly. */
function flagsFor(
  { config, groups, topics }: BrokerContext,
  { consumerGroup, topic }: { consumerGroup: string; topic?: string | undefined },
): Record<string, string> {
  const fields: Record<string, string> = { brokerName: config.brokerName };
  const topicConfig = topic === undefined ? undefined : topics.get(topic);
  if (topicConfig !== undefined) fields["topicSysFlag"] = String(topicConfig.topicSysFlag);
  const groupConfig = groups.find(consumerGroup);
  if (groupConfig !== undefined) fields["groupSysFlag"] = String(groupConfig.groupSysFlag);
  return fields;
}

interface Question {
  command: RemotingCommand;
  group: string;
  clientId: string | undefined;
}

async function askConsumer(
  context: BrokerContext,
  { command, group, clientId }: Question,
): Promise<Answer> {
  const channel =
    clientId === undefined ? undefined : context.clients.consumerChannel(group, clientId);
  if (channel === undefined)
    return failed(`The Consumer <${group}> <${clientId ?? "null"}> not online`);
  if (channel.version < Version.V3_1_8_SNAPSHOT) {
    return failed(
      `The Consumer <${clientId}> Version <${versionName(channel.version)}> too low to finish, please upgrade it to V3_1_8_SNAPSHOT`,
    );
  }
  try {
    const answer = await channel.connection.forward(command, CALL_TIMEOUT_MS);
    const { code, extFields, remark } = answer;
    return { code, remark, extFields, body: bodyOf(answer) };
  } catch (error) {
    // A deadline leaves the connection open; anything else that goes wrong closes it.
    return channel.connection.isOpen
      ? {
          code: ResponseCode.CONSUME_MSG_TIMEOUT,
          remark: `consumer <${group}> <${clientId}> Timeout: ${messageOf(error)}`,
        }
      : failed(`invoke consumer <${group}> <${clientId}> Exception: ${messageOf(error)}`);
  }
}

interface StatusQuestion {
  topic: string;
  group: string;
  /** A client id; blank asks all clients of the group. */
  clientAddr?: string | undefined;
}

/** Clients that do not answer are left out. */
async function consumerStatus(
  { clients, logger }: BrokerContext,
  asked: StatusQuestion,
): Promise<Answer> {
  const { group, topic, clientAddr = "" } = asked;
  const channels = [...(clients.consumerGroup(group)?.channels.values() ?? [])];
  if (channels.length === 0) {
    return failed(`No Any Consumer online in the consumer group: [${group}]`);
  }
  const old = channels.find(({ version }) => version < Version.V3_0_7_SNAPSHOT);
  if (old !== undefined) {
    return failed(`the client does not support this feature. version=${versionName(old.version)}`);
  }
  const consumerTable = new Map<string, QueueEntry<number>[]>();
  const wanted = channels.filter(
    ({ clientId }) => clientAddr.trim() === "" || clientId === clientAddr,
  );
  await Promise.all(
    wanted.map(async ({ clientId, connection }) => {
      try {
        const options = { timeoutMs: STATUS_TIMEOUT_MS };
        const answer = await connection.call(
          getConsumerStatusFromClient,
          { topic, group },
          options,
        );
        consumerTable.set(clientId, answer.content().messageQueueTable);
      } catch (error) {
        logger.warn(
          `consumer ${clientId} of ${group} did not tell its offsets: ${messageOf(error)}`,
        );
      }
    }),
  );
  return { content: { consumerTable, messageQueueTable: [] } };
}

function failed(remark: string): Answer {
  return { code: ResponseCode.SYSTEM_ERROR, remark };
}
