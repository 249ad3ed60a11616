/** Answers CHECK_TRANSACTION_STATE over the connection it came by. Upstream: ClientRemotingProcessor.checkTransactionState. */
import { messageOf, RocketmqError } from "../base/errors.js";
import { decodeRecord } from "../message/decode.js";
import { PropertyName } from "../message/property-names.js";
import { SysFlag } from "../message/sys-flag.js";
import { checkTransactionState } from "../protocol/requests/check-transaction-state.js";
import { endTransaction } from "../protocol/requests/end-transaction.js";
import type { Connection } from "../remoting/api.js";
import type { Client } from "./client.js";
import type { ReceivedMessage } from "./received-message.js";

/** What became of a local transaction; of an unknown one the broker asks again later. */
export type TransactionState = "commit" | "rollback" | "unknown";

/**
 * Asked by brokers about transactions whose end they have not heard of, maybe those of another producer of the group.
 * Throwing stands for "unknown".
 */
export type TransactionCheck = (
  message: ReceivedMessage,
) => TransactionState | Promise<TransactionState>;

/** Upstream: the values of commitOrRollback in END_TRANSACTION. */
export const STATE_CODES: Readonly<Record<TransactionState, number>> = {
  commit: SysFlag.TRANSACTION_COMMIT,
  rollback: SysFlag.TRANSACTION_ROLLBACK,
  unknown: SysFlag.TRANSACTION_NOT,
};

/** Checks that run at the same time; brokers ask again about what is left out. Upstream: checkRequestHoldMax. */
const MAX_UNDER_WAY = 2000;

interface CheckHeader {
  tranStateTableOffset: number;
  commitLogOffset: number;
  transactionId?: string | undefined;
  brokerName?: string | undefined;
}

class Checks {
  readonly byGroup = new Map<string, TransactionCheck>();
  private readonly client: Client;
  private underWay = 0;

  constructor(client: Client) {
    this.client = client;
    client.dispatcher.register(checkTransactionState, ({ header, body, connection }) => {
      const { brokerName = "" } = header;
      void this.answer(header, Object.assign(decodeRecord(body), { brokerName }), connection);
      return {};
    });
  }

  private async answer(
    asked: CheckHeader,
    message: ReceivedMessage,
    connection: Connection,
  ): Promise<void> {
    const { logger } = this.client;
    const group = message.properties.get(PropertyName.PGROUP) ?? "";
    const check = this.byGroup.get(group);
    if (check === undefined || this.underWay >= MAX_UNDER_WAY) {
      logger.warn("a transaction was not checked", { group });
      return;
    }
    this.underWay++;
    try {
      const { state, remark } = await stateOf(check, message);
      if (!connection.isOpen) return;
      const header = {
        topic: message.topic,
        producerGroup: group,
        tranStateTableOffset: asked.tranStateTableOffset,
        commitLogOffset: asked.commitLogOffset,
        commitOrRollback: STATE_CODES[state],
        fromTransactionCheck: true,
        msgId: message.messageId,
        transactionId: asked.transactionId,
        brokerName: asked.brokerName,
      };
      connection.callOneway(endTransaction, header, remark === undefined ? {} : { remark });
    } catch (error) {
      logger.warn("the end of a transaction was not told", { error: messageOf(error) });
    } finally {
      this.underWay--;
    }
  }
}

async function stateOf(check: TransactionCheck, message: ReceivedMessage) {
  try {
    return { state: await check(message), remark: undefined };
  } catch (error) {
    const remark = `checkLocalTransactionState Exception: ${messageOf(error)}`;
    return { state: "unknown" as const, remark };
  }
}

const checksOf = new WeakMap<Client, Checks>();

/** Throws a usage error when the client answers for the group already. */
export function answerChecks(client: Client, group: string, check: TransactionCheck): void {
  let checks = checksOf.get(client);
  if (checks === undefined) checksOf.set(client, (checks = new Checks(client)));
  if (checks.byGroup.has(group)) {
    throw new RocketmqError(`the client has a transaction producer of the group ${group} already`, {
      kind: "usage",
      hint: "one producer serves any number of transactions",
    });
  }
  checks.byGroup.set(group, check);
}

export function stopAnsweringChecks(client: Client, group: string, check: TransactionCheck): void {
  const byGroup = checksOf.get(client)?.byGroup;
  if (byGroup?.get(group) === check) byGroup.delete(group);
}
