import { bean, flag, intTable, optional, type Shape, text } from "../shape.js";

/** Addresses of the brokers that share a name. Upstream: BrokerData. */
export interface BrokerData {
  /** Broker id (0 = master) → "ip:port". */
  brokerAddrs: Map<number, string>;
  brokerName: string;
  cluster: string;
  /** Since 5.0. */
  enableActingMaster: boolean;
  zoneName?: string | undefined;
}

export const brokerDataShape: Shape<BrokerData> = bean<BrokerData>({
  brokerAddrs: intTable(text),
  brokerName: text,
  cluster: text,
  enableActingMaster: flag,
  zoneName: optional(text),
});
