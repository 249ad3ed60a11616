/**
 * Writes check points and acknowledgements. Upstream: PopMessageProcessor.buildCkMsg, AckMessageProcessor.appendAck. [S-POP-1]
 *
 * Upstream sends them through the timer, which hands them to the revive topic when they come due. Here they are stored in
 * the revive topic at once, with TIMER_DELIVER_MS set to that moment: as if the timer had just delivered them. A 5.3.3
 * broker takes the highest TIMER_DELIVER_MS it has read for how far time has come there, so it revives none before its time.
 */
import { encodeProperties } from "../../message/properties.js";
import { PropertyName } from "../../message/property-names.js";
import type { PutStatus } from "../../store/store-api.js";
import type { BrokerContext } from "../broker-context.js";
import {
  type AckRecord,
  ackRecordBody,
  type BatchAckRecord,
  batchAckRecordBody,
  type CheckPoint,
  checkPointBody,
} from "./check-point.js";
import { ReviveTag, reviveTopic } from "./pop-names.js";

type Used = Pick<BrokerContext, "clock" | "config" | "store" | "storeHost">;

/** A message is in the log, though not yet everywhere it should be. */
const STORED: ReadonlySet<PutStatus> = new Set<PutStatus>([
  "PUT_OK",
  "FLUSH_DISK_TIMEOUT",
  "FLUSH_SLAVE_TIMEOUT",
  "SLAVE_NOT_AVAILABLE",
]);

export function isStored(status: PutStatus): boolean {
  return STORED.has(status);
}

export function appendCheckPoint(
  context: Used,
  reviveQueueId: number,
  point: CheckPoint,
): Promise<boolean> {
  const { topic, queueId, startOffset, consumerGroup, popTime, brokerName } = point;
  const tag = ReviveTag.CHECK_POINT;
  return append(context, reviveQueueId, {
    tag,
    body: checkPointBody.encode(point),
    key: [topic, queueId, startOffset, consumerGroup, popTime, brokerName, tag].join("@"),
  });
}

export function appendAck(context: Used, reviveQueueId: number, ack: AckRecord): Promise<boolean> {
  return append(context, reviveQueueId, {
    tag: ReviveTag.ACK,
    body: ackRecordBody.encode(ack),
    key: ackKey(ack),
  });
}

export function appendBatchAck(
  context: Used,
  reviveQueueId: number,
  ack: BatchAckRecord,
): Promise<boolean> {
  return append(context, reviveQueueId, {
    tag: ReviveTag.BATCH_ACK,
    body: batchAckRecordBody.encode(ack),
    key: ackKey(ack),
  });
}

function ackKey(ack: AckRecord): string {
  const { topic, queueId, ackOffset, consumerGroup, popTime, brokerName } = ack;
  return [topic, queueId, ackOffset, consumerGroup, popTime, brokerName, ReviveTag.ACK].join("@");
}

/** Resolves to whether the record is in the log. */
function append(
  { clock, config, store, storeHost }: Used,
  queueId: number,
  record: { tag: string; body: Buffer; key: string },
): Promise<boolean> {
  const now = clock.now();
  return new Promise((resolve) => {
    store.put(
      {
        topic: reviveTopic(config),
        queueId,
        body: record.body,
        properties: encodeProperties([
          [PropertyName.TAGS, record.tag],
          [PropertyName.UNIQ_KEY, record.key],
          [PropertyName.TIMER_DELIVER_MS, String(now)],
        ]),
        flag: 0,
        sysFlag: 0,
        bornTimestamp: now,
        bornHost: storeHost,
        storeHost,
        reconsumeTimes: 0,
        preparedTransactionOffset: 0,
        waitStoreOk: true,
      },
      ({ status }) => resolve(isStored(status)),
    );
  });
}
