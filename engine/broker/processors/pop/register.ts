import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";
import type { PopService } from "../../pop/pop-service.js";
import { registerAckMessage } from "./ack-message.js";
import { registerChangeInvisibleTime } from "./change-invisible-time.js";
import { registerNotification } from "./notification.js";
import { registerPeekMessage } from "./peek-message.js";
import { registerPopMessage } from "./pop-message.js";
import { registerQueryAssignment } from "./query-assignment.js";

/** What both ports serve. */
export function registerPop(dispatcher: Dispatcher, context: BrokerContext, pop: PopService): void {
  registerAckMessage(dispatcher, context, pop);
  registerChangeInvisibleTime(dispatcher, context, pop);
  registerQueryAssignment(dispatcher, context, pop);
}

/** What waits for messages, on the main port only. */
export function registerPopMainOnly(
  dispatcher: Dispatcher,
  context: BrokerContext,
  pop: PopService,
): void {
  registerPopMessage(dispatcher, context, pop);
  registerPeekMessage(dispatcher, context);
  registerNotification(dispatcher, context, pop);
}
