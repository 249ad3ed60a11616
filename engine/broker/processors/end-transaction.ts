/** END_TRANSACTION 37, RESUME_CHECK_HALF_MESSAGE 323. Upstream: EndTransactionProcessor, AdminBrokerProcessor.resumeCheckHalfMessage. */
import { decodeRecord } from "../../message/decode.js";
import type { Message } from "../../message/message.js";
import { parseOffsetMessageId } from "../../message/message-id.js";
import { PropertyName } from "../../message/property-names.js";
import { SysFlag } from "../../message/sys-flag.js";
import { endTransaction } from "../../protocol/requests/end-transaction.js";
import { resumeCheckHalfMessage } from "../../protocol/requests/resume-check-half-message.js";
import { ResponseCode } from "../../protocol/response-codes.js";
import { type Dispatcher, held } from "../../remoting/api.js";
import type { PutResult } from "../../store/store-api.js";
import type { BrokerContext } from "../broker-context.js";
import { copyOfHalf, destinationOf } from "../transaction/half-message.js";
import type { Transactions } from "../transaction/transactions.js";
import { putRefusal, storedCode } from "./put-answer.js";
import { notWritable, type Refusal } from "./send-checks.js";

/** What the request says about the half message it ends. */
interface EndHeader {
  producerGroup: string;
  tranStateTableOffset: number;
  commitLogOffset: number;
  fromTransactionCheck?: boolean | undefined;
}

export function registerEndTransaction(
  dispatcher: Dispatcher,
  context: BrokerContext,
  transactions: Transactions,
): void {
  dispatcher.register(endTransaction, ({ header, respond }) => {
    const { config, clock, logger } = context;
    if (config.brokerRole === "SLAVE") return { code: ResponseCode.SLAVE_NOT_AVAILABLE };
    if (context.refusesSends === true) return notWritable(context);
    if (transactions.commitsUnderWay >= config.endTransactionPoolQueueCapacity) {
      const remark = "[OVERLOAD]system busy, start flow control for a while";
      return { code: ResponseCode.SYSTEM_BUSY, remark };
    }
    const { commitOrRollback } = header;
    const isCommit = commitOrRollback === SysFlag.TRANSACTION_COMMIT;
    if (!isCommit && commitOrRollback !== SysFlag.TRANSACTION_ROLLBACK) {
      // Not known yet, or nothing that exists: as upstream, there is no answer, and the broker asks again.
      logger.warn("a transaction was left open by its producer", { msgId: header.msgId });
      return held;
    }
    const half = recordAt(context, header.commitLogOffset);
    const destination = half === undefined ? undefined : destinationOf(half);
    if (half === undefined || destination === undefined) return notFound();
    const refusal = endRefusal(half, header, clock.now());
    if (refusal !== undefined) return refusal;
    if (!isCommit) {
      transactions.rollBack(half);
      return {};
    }
    if (transactions.isCommitting(half)) {
      return wrong("The transaction is being committed");
    }
    const isFromCheck = header.fromTransactionCheck === true;
    transactions.commit(half, { destination, isFromCheck }, (result) => {
      if (result !== undefined && "size" in result) count(context, destination, result);
      const isStored = result === undefined || storedCode(result.status) !== undefined;
      respond(isStored ? {} : putRefusal(result, context));
    });
    return held;
  });

  dispatcher.register(resumeCheckHalfMessage, ({ header, respond }) => {
    const offset = parseOffsetMessageId(header.msgId ?? "")?.physicalOffset;
    const message = offset === undefined ? undefined : recordAt(context, offset);
    const failed = wrong("Put message back to RMQ_SYS_TRANS_HALF_TOPIC failed.");
    if (message?.properties.has(PropertyName.REAL_TOPIC) !== true) return failed;
    const copy = copyOfHalf(message, { [PropertyName.TRANSACTION_CHECK_TIMES]: "0" });
    context.store.put(copy, ({ status }) => respond(status === "PUT_OK" ? {} : failed));
    return held;
  });
}

function recordAt({ store }: BrokerContext, physicalOffset: number): Message | undefined {
  const bytes = store.record(physicalOffset);
  return bytes === undefined ? undefined : decodeRecord(bytes);
}

/** Upstream's order: too late for its own immunity, then what does not fit. */
function endRefusal(half: Message, header: EndHeader, now: number): Refusal | undefined {
  const immunity = half.properties.get(PropertyName.CHECK_IMMUNITY_TIME_IN_SECONDS);
  const isOver =
    immunity !== undefined &&
    header.fromTransactionCheck !== true &&
    now - half.bornTimestamp > Number(immunity) * 1000;
  if (isOver) return { code: ResponseCode.ILLEGAL_OPERATION, remark: "" };
  if (header.producerGroup !== half.properties.get(PropertyName.PGROUP)) {
    return wrong("The producer group wrong");
  }
  if (header.tranStateTableOffset !== half.queueOffset) {
    return wrong("The transaction state table offset wrong");
  }
  return header.commitLogOffset === half.physicalOffset
    ? undefined
    : wrong("The commit log offset wrong");
}

function notFound(): Refusal {
  return wrong("Find prepared transaction message failed");
}

function wrong(remark: string): Refusal {
  return { code: ResponseCode.SYSTEM_ERROR, remark };
}

function count(
  { stats }: BrokerContext,
  { topic, queueId }: { topic: string; queueId: number },
  result: PutResult,
): void {
  if (storedCode(result.status) !== undefined) stats.topicPut(topic, queueId, 1, result.size);
}
