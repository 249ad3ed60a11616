/** State of timer messages, for a slave. Upstream: TimerMetrics.TimerMetricsSerializeWrapper, TimerCheckpoint. */
import { CorruptError } from "../../base/errors.js";
import { readInt64, writeInt64 } from "../../base/int64.js";
import type { BodyCodec } from "../define-request.js";
import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, long, table } from "../shape.js";
import { dataVersion, type DataVersion } from "./data-version.js";

/** Upstream: TimerMetrics.Metric. */
export interface TimerMetric {
  count: number;
  /** Milliseconds. */
  timeStamp: number;
}

export interface TimerMetrics {
  dataVersion: DataVersion;
  /** By topic. */
  timingCount: Map<string, TimerMetric>;
}

export const timerMetrics: JsonBody<TimerMetrics> = jsonBody(
  "TimerMetrics",
  bean<TimerMetrics>({
    dataVersion: dataVersion.shape,
    timingCount: table(bean<TimerMetric>({ count: long, timeStamp: long })),
  }),
);

export interface TimerCheckpoint {
  /** Milliseconds. */
  lastReadTime: number;
  lastTimerLogFlushPos: number;
  lastTimerQueueOffset: number;
  masterTimerQueueOffset: number;
  dataVersion: DataVersion;
}

const CHECKPOINT_LENGTH = 56;

/** Seven int64. */
export const timerCheckpoint: BodyCodec<TimerCheckpoint> = {
  name: "TimerCheckpoint",
  encode(body) {
    const bytes = Buffer.alloc(CHECKPOINT_LENGTH);
    const { counter, stateVersion, timestamp } = body.dataVersion;
    [
      body.lastReadTime,
      body.lastTimerLogFlushPos,
      body.lastTimerQueueOffset,
      body.masterTimerQueueOffset,
      stateVersion,
      timestamp,
      counter,
    ].forEach((value, index) => {
      writeInt64(bytes, value, index * 8);
    });
    return bytes;
  },
  decode(bytes) {
    if (bytes.length < CHECKPOINT_LENGTH) throw new CorruptError("a TimerCheckpoint is cut short");
    const at = (index: number): number => readInt64(bytes, index * 8);
    return {
      lastReadTime: at(0),
      lastTimerLogFlushPos: at(1),
      lastTimerQueueOffset: at(2),
      masterTimerQueueOffset: at(3),
      dataVersion: { stateVersion: at(4), timestamp: at(5), counter: at(6) },
    };
  },
};
