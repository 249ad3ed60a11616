import { RocketmqError } from "../../engine/base/errors.js";
import {
  MESSAGE_REQUEST_MODES,
  type MessageRequestMode,
  type SetMessageRequestModeBody,
} from "../../engine/protocol/bodies/message-request-mode.js";
import { getAllMessageRequestMode } from "../../engine/protocol/requests/get-all-message-request-mode.js";
import { setMessageRequestMode } from "../../engine/protocol/requests/set-message-request-mode.js";
import type { Admin } from "./admin.js";
import { change, type State } from "./change.js";

export type ConsumeMode = SetMessageRequestModeBody;

/** PULL or POP as it is typed; a usage error for anything else. */
export function parseConsumeMode(typed: string): MessageRequestMode {
  const found = MESSAGE_REQUEST_MODES.find((mode) => mode === typed.toUpperCase());
  if (found !== undefined) return found;
  throw new RocketmqError(
    `-m, --mode: ${typed} is neither ${MESSAGE_REQUEST_MODES.join(" nor ")}. No enum constant org.apache.rocketmq.common.message.MessageRequestMode.${typed}`,
    { kind: "usage" },
  );
}

/** Lets a group pull or pop a topic at one broker. */
export async function setConsumeMode(
  admin: Admin,
  address: string,
  mode: ConsumeMode,
): Promise<void> {
  const { mode: how, popShareQueueNum } = mode;
  await change(admin, address, setMessageRequestMode, {
    header: {},
    options: { content: mode },
    read: () => modeState(admin, address, mode),
    wanted: { mode: how, popShareQueueNum },
  });
}

async function modeState(
  admin: Admin,
  address: string,
  { topic, consumerGroup }: ConsumeMode,
): Promise<State> {
  const { messageRequestModeMap } = (
    await admin.broker(address, getAllMessageRequestMode, {})
  ).content();
  const found = messageRequestModeMap.get(topic)?.get(consumerGroup);
  if (found === undefined) return null;
  return { mode: found.mode, popShareQueueNum: found.popShareQueueNum };
}
