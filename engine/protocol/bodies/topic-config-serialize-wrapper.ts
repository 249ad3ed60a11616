import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, optional, table } from "../shape.js";
import { dataVersion, type DataVersion } from "./data-version.js";
import { topicConfig, type TopicConfig } from "./topic-config.js";
import {
  topicQueueMappingDetail,
  type TopicQueueMappingDetail,
  topicQueueMappingInfo,
  type TopicQueueMappingInfo,
} from "./topic-queue-mapping.js";

/** All topics of a broker. Upstream: TopicConfigSerializeWrapper, TopicConfigAndMappingSerializeWrapper (5.x). */
export interface TopicConfigSerializeWrapper {
  dataVersion: DataVersion;
  topicConfigTable: Map<string, TopicConfig>;
  /** Since 5.0, like the two tables of static topics. */
  mappingDataVersion?: DataVersion | undefined;
  topicQueueMappingDetailMap?: Map<string, TopicQueueMappingDetail> | undefined;
  topicQueueMappingInfoMap?: Map<string, TopicQueueMappingInfo> | undefined;
}

export const topicConfigSerializeWrapper: JsonBody<TopicConfigSerializeWrapper> = jsonBody(
  "TopicConfigSerializeWrapper",
  bean<TopicConfigSerializeWrapper>({
    dataVersion: dataVersion.shape,
    mappingDataVersion: optional(dataVersion.shape),
    topicConfigTable: table(topicConfig.shape),
    topicQueueMappingDetailMap: optional(table(topicQueueMappingDetail.shape)),
    topicQueueMappingInfoMap: optional(table(topicQueueMappingInfo.shape)),
  }),
);
