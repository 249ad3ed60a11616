/** Tables that a slave copies from its master. Upstream: AdminBrokerProcessor.getAllConsumerOffset, getAllDelayOffset, getTimerCheckPoint, getTimerMetrics. */
import { getAllConsumerOffset } from "../../../protocol/requests/get-all-consumer-offset.js";
import { getAllDelayOffset } from "../../../protocol/requests/get-all-delay-offset.js";
import { getTimerCheckPoint } from "../../../protocol/requests/get-timer-check-point.js";
import { getTimerMetrics } from "../../../protocol/requests/get-timer-metrics.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";

export function registerSlaveTables(
  dispatcher: Dispatcher,
  { offsets, schedule, timer }: BrokerContext,
): void {
  dispatcher.register(getAllConsumerOffset, () => ({
    content: {
      dataVersion: offsets.dataVersion,
      offsetTable: new Map([...offsets.all()].map(([key, queues]) => [key, new Map(queues)])),
    },
  }));
  dispatcher.register(getAllDelayOffset, () => ({
    content: {
      dataVersion: schedule.offsets.dataVersion,
      offsetTable: new Map(schedule.offsets.all()),
    },
  }));
  dispatcher.register(getTimerCheckPoint, () => {
    const content = timer.checkpointNow();
    return content === undefined ? missing("The checkpoint is null") : { content };
  });
  dispatcher.register(getTimerMetrics, () => {
    if (!timer.isRunning) return missing("The timer message store is null");
    const { dataVersion, timingCount } = timer.metrics;
    return { content: { dataVersion, timingCount } };
  });
}

/** What a master without that table answers. */
function missing(remark: string): { code: number; remark: string } {
  return { code: ResponseCode.SYSTEM_ERROR, remark };
}
