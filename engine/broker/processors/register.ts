import type { Dispatcher } from "../../remoting/api.js";
import type { BrokerContext } from "../broker-context.js";
import type { ConnectedClients } from "../client-registry.js";
import type { HeldPulls } from "../long-polling/pull-holds.js";
import type { PopService } from "../pop/pop-service.js";
import type { Transactions } from "../transaction/transactions.js";
import { registerAdminProcessors } from "./admin/register.js";
import { registerClientManage } from "./client-manage.js";
import { registerConsumerManage } from "./consumer-manage.js";
import { registerConsumerOffset } from "./consumer-offset.js";
import { registerConsumerSendMsgBack } from "./consumer-send-msg-back.js";
import { registerEndTransaction } from "./end-transaction.js";
import { registerLockBatch } from "./lock-batch.js";
import { registerPop, registerPopMainOnly } from "./pop/register.js";
import { registerPullMessage } from "./pull-message.js";
import { registerQueryMessage } from "./query-message.js";
import { registerQueueOffsets } from "./queue-offsets.js";
import { registerReplyMessage } from "./reply-message.js";
import { registerRecallMessage } from "./recall-message.js";
import { type Draining, registerSendMessage } from "./send-message.js";

/** The parts that processors change, beyond what every processor may read. */
export interface Registered {
  context: BrokerContext;
  clients: ConnectedClients;
  holds: HeldPulls;
  transactions: Transactions;
  pop: PopService;
}

/** Everything that both ports serve. Upstream: BrokerController.registerProcessor. */
export function registerProcessors(
  dispatcher: Dispatcher,
  { context, clients, transactions, pop }: Registered,
): Draining {
  const sends = registerSendMessage(dispatcher, context);
  registerEndTransaction(dispatcher, context, transactions);
  registerReplyMessage(dispatcher, context);
  registerConsumerOffset(dispatcher, context);
  registerConsumerSendMsgBack(dispatcher, context);
  registerRecallMessage(dispatcher, context);
  registerQueueOffsets(dispatcher, context);
  registerClientManage(dispatcher, context, clients);
  registerConsumerManage(dispatcher, context);
  registerLockBatch(dispatcher, context);
  registerQueryMessage(dispatcher, context);
  registerPop(dispatcher, context, pop);
  registerAdminProcessors(dispatcher, context);
  return sends;
}

/** What only the main port serves: pulls would hold up the fast one. */
export function registerMainOnly(
  dispatcher: Dispatcher,
  { context, holds, pop }: Registered,
): void {
  registerPullMessage(dispatcher, context, holds);
  registerPopMainOnly(dispatcher, context, pop);
}
