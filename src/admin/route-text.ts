import {
  topicRouteData,
  type TopicRouteData,
} from "../../engine/protocol/bodies/topic-route-data.js";
import { prettyFastjson, prettyFastjson2 } from "../../engine/protocol/fastjson.js";
import { getRouteinfoByTopic } from "../../engine/protocol/requests/get-routeinfo-by-topic.js";
import { versionOrdinal } from "../../engine/protocol/versions.js";
import type { Compat } from "../cli/compat.js";
import type { Admin } from "./admin.js";
import { textHashOrder } from "./java-order.js";

type Bean = Record<string, unknown>;

/** A route, and what the name server is that gave it. */
export interface AnsweredRoute {
  route: TopicRouteData;
  /** Ordinal of its version. */
  version: number;
}

/** As `topicRoute`, with the version of who answered. */
export async function answeredRoute(admin: Admin, topic: string): Promise<AnsweredRoute> {
  const header = { topic, acceptStandardJsonOnly: true };
  const answer = await admin.namesrv(getRouteinfoByTopic, header);
  return { route: answer.content(), version: answer.version };
}

/**
 * The route as upstream's tool prints it: fastjson's pretty text, with the keys that the release knows. Where lines
 * break has changed with 5.4: on an older cluster they break as its own tool has them, so that nothing changes before
 * the cluster does.
 */
export function routeJson({ route, version }: AnsweredRoute, compat?: Compat): string {
  const { filterServerTable, topicQueueMappingByBroker: mappings } = route;
  const bean = topicRouteData.shape.write({
    ...route,
    filterServerTable: inHashOrder(filterServerTable),
    ...(mappings !== undefined && { topicQueueMappingByBroker: inHashOrder(mappings) }),
  }) as Record<"queueDatas" | "brokerDatas", Bean[]>;
  const isMisspelt = compat?.isBefore("4.9.0") === true;
  for (const queues of bean.queueDatas) {
    if (isMisspelt) delete queues["topicSysFlag"];
    else delete queues["topicSynFlag"];
  }
  if (compat?.isBefore("5.0.0") === true) {
    for (const broker of bean.brokerDatas) delete broker["enableActingMaster"];
  }
  const isOlder =
    compat?.isBefore("5.4.0") === true || version < (versionOrdinal("V5_4_0") ?? Infinity);
  return `${isOlder ? prettyFastjson(bean) : prettyFastjson2(bean)}\n`;
}

function inHashOrder<T>(map: ReadonlyMap<string, T>): Map<string, T> {
  return new Map(textHashOrder(map.keys()).map((key) => [key, map.get(key) as T]));
}
