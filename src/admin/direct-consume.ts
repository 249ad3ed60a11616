import type { ConsumeMessageDirectlyResult } from "../../engine/protocol/bodies/consume-message-directly-result.js";
import type { Message } from "../../engine/message/message.js";
import { consumeMessageDirectly } from "../../engine/protocol/requests/consume-message-directly.js";
import type { Admin } from "./admin.js";
import { change } from "./change.js";
import { runningInfo } from "./consumers.js";
import { hostText } from "./message-text.js";

export type { ConsumeMessageDirectlyResult };

/** Stands for the result where nothing is pushed. */
const NOT_PUSHED: ConsumeMessageDirectlyResult = {
  order: false,
  autoCommit: true,
  consumeResult: "CR_SUCCESS",
  remark: undefined,
  spentTimeMills: 0,
};

/** Whether a client of a group takes messages that are pushed to it; throws when it is not there. */
export async function takesPushes(admin: Admin, group: string, clientId: string): Promise<boolean> {
  const { properties } = await runningInfo(admin, { group, clientId });
  return properties["PROP_CONSUME_TYPE"] === "CONSUME_PASSIVELY";
}

/** Lets one client of a group consume a message now, through the broker that stores it. */
export async function pushMessage(
  admin: Admin,
  message: Message,
  { group, clientId }: { group: string; clientId: string },
): Promise<ConsumeMessageDirectlyResult> {
  const answer = await change(admin, hostText(message.storeHost), consumeMessageDirectly, {
    header: {
      consumerGroup: group,
      clientId,
      msgId: message.offsetMessageId,
      topic: message.topic,
    },
    options: { timeoutMs: Math.max(admin.timeoutMs * 3, 12_000) },
    assumed: { content: NOT_PUSHED },
  });
  return answer.content();
}

/** ConsumeMessageDirectlyResult.toString. */
export function pushResultText(result: ConsumeMessageDirectlyResult): string {
  const { order, autoCommit, consumeResult, remark, spentTimeMills } = result;
  return `ConsumeMessageDirectlyResult [order=${order}, autoCommit=${autoCommit}, consumeResult=${consumeResult}, remark=${remark ?? "null"}, spentTimeMills=${spentTimeMills}]`;
}
