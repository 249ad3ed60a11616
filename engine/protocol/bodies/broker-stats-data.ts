import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, long, real } from "../shape.js";

/** Upstream: BrokerStatsItem. */
export interface BrokerStatsItem {
  /** Value per call. */
  avgpt: number;
  sum: number;
  /** Per second. */
  tps: number;
}

/** One statistic over three spans. Upstream: BrokerStatsData. */
export interface BrokerStatsData {
  statsDay: BrokerStatsItem;
  statsHour: BrokerStatsItem;
  statsMinute: BrokerStatsItem;
}

const item = bean<BrokerStatsItem>({ avgpt: real, sum: long, tps: real });

export const brokerStatsData: JsonBody<BrokerStatsData> = jsonBody(
  "BrokerStatsData",
  bean<BrokerStatsData>({ statsDay: item, statsHour: item, statsMinute: item }),
);
