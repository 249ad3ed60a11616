/** One statistic of the broker over minute, hour and day. Upstream: AdminBrokerProcessor.ViewBrokerStatsData. */
import { viewBrokerStatsData } from "../../../protocol/requests/view-broker-stats-data.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";

export function registerStatsData(dispatcher: Dispatcher, { stats }: BrokerContext): void {
  dispatcher.register(viewBrokerStatsData, ({ header: { statsKey, statsName } }) => {
    const item = stats.item(statsName, statsKey);
    if (item === undefined) {
      const remark = `The stats <${statsName}> <${statsKey}> not exist`;
      return { code: ResponseCode.SYSTEM_ERROR, remark };
    }
    return {
      content: {
        statsMinute: item.window("minute"),
        statsHour: item.window("hour"),
        statsDay: item.window("day"),
      },
    };
  });
}
