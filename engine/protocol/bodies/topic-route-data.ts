import { strictFastjson } from "../fastjson.js";
import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, int, list, named, optional, table, text } from "../shape.js";
import { type BrokerData, brokerDataShape } from "./broker-data.js";
import { topicQueueMappingInfo, type TopicQueueMappingInfo } from "./topic-queue-mapping.js";

export type { BrokerData } from "./broker-data.js";

/** Queues of a topic at one broker name. Upstream: QueueData. */
export interface QueueData {
  brokerName: string;
  perm: number;
  readQueueNums: number;
  /** 4.8 and Go call it topicSynFlag; both names are written and read ([R-ROUTE-1]). */
  topicSysFlag: number;
  writeQueueNums: number;
}

/** Where a topic is. Upstream: TopicRouteData. */
export interface TopicRouteData {
  brokerDatas: BrokerData[];
  filterServerTable: Map<string, string[]>;
  /** Leave undefined, never "", for a topic without order ([R-ROUTE-3]). */
  orderTopicConf?: string | undefined;
  queueDatas: QueueData[];
  topicQueueMappingByBroker?: Map<string, TopicQueueMappingInfo> | undefined;
}

/** Two forms: the dialect (`encode`) and strict JSON ([R-ROUTE-2]). Both decode. */
export interface TopicRouteBody extends JsonBody<TopicRouteData> {
  encodeStrict(body: TopicRouteData): Buffer;
}

const queueData = bean<QueueData>({
  brokerName: text,
  perm: int,
  readQueueNums: int,
  topicSysFlag: named(int, { twins: ["topicSynFlag"] }),
  writeQueueNums: int,
});

const body = jsonBody(
  "TopicRouteData",
  bean<TopicRouteData>({
    brokerDatas: list(brokerDataShape),
    filterServerTable: table(list(text)),
    orderTopicConf: optional(text),
    queueDatas: list(queueData),
    topicQueueMappingByBroker: optional(table(topicQueueMappingInfo.shape)),
  }),
);

export const topicRouteData: TopicRouteBody = {
  ...body,
  encodeStrict: (route) => Buffer.from(strictFastjson(body.shape.write(route))),
};
