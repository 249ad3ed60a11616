/** Tables that a slave copies from its master. Upstream: AdminBrokerProcessor.getAllConsumerOffset, getAllDelayOffset, getAllMessageRequestMode, getTimerCheckPoint, getTimerMetrics. */
import { getAllConsumerOffset } from "../../../protocol/requests/get-all-consumer-offset.js";
import { getAllDelayOffset } from "../../../protocol/requests/get-all-delay-offset.js";
import { getAllMessageRequestMode } from "../../../protocol/requests/get-all-message-request-mode.js";
import { getTimerCheckPoint } from "../../../protocol/requests/get-timer-check-point.js";
import { getTimerMetrics } from "../../../protocol/requests/get-timer-metrics.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";

export function registerSlaveTables(
  dispatcher: Dispatcher,
  { offsets, schedule }: BrokerContext,
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
  dispatcher.register(getAllMessageRequestMode, () =>
    missing("No message request mode in this broker"),
  );
  dispatcher.register(getTimerCheckPoint, () => missing("The checkpoint is null"));
  dispatcher.register(getTimerMetrics, () => missing("The timer message store is null"));
}

/** What a master without that table answers. */
function missing(remark: string): { code: number; remark: string } {
  return { code: ResponseCode.SYSTEM_ERROR, remark };
}
