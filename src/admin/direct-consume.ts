import type { ConsumeMessageDirectlyResult } from "../../engine/protocol/bodies/consume-message-directly-result.js";
import type { Message } from "../../engine/message/message.js";
import { consumeMessageDirectly } from "../../engine/protocol/requests/consume-message-directly.js";
import type { Admin } from "./admin.js";
import { runningInfo } from "./consumers.js";
import { hostText } from "./message-text.js";

export type { ConsumeMessageDirectlyResult };

/** Whether a client of a group takes messages that are pushed to it; throws when it is not there. */
export async function takesPushes(admin: Admin, group: string, clientId: string): Promise<boolean> {
  const { properties } = await runningInfo(admin, group, clientId);
  return properties["PROP_CONSUME_TYPE"] === "CONSUME_PASSIVELY";
}

/** Lets one client of a group consume a message now, through the broker that stores it. */
export async function pushMessage(
  admin: Admin,
  message: Message,
  { group, clientId }: { group: string; clientId: string },
): Promise<ConsumeMessageDirectlyResult> {
  const answer = await admin.broker(
    hostText(message.storeHost),
    consumeMessageDirectly,
    { consumerGroup: group, clientId, msgId: message.offsetMessageId, topic: message.topic },
    { timeoutMs: Math.max(admin.timeoutMs * 3, 12_000) },
  );
  return answer.content();
}

/** ConsumeMessageDirectlyResult.toString. */
export function pushResultText(result: ConsumeMessageDirectlyResult): string {
  const { order, autoCommit, consumeResult, remark, spentTimeMills } = result;
  return `ConsumeMessageDirectlyResult [order=${order}, autoCommit=${autoCommit}, consumeResult=${consumeResult}, remark=${remark ?? "null"}, spentTimeMills=${spentTimeMills}]`;
}
