/** Where topics and brokers are. Upstream: ClientRequestProcessor, DefaultRequestProcessor (spec: behaviour 1.7). */
import { topicRouteData, type TopicRouteData } from "../../protocol/bodies/topic-route-data.js";
import type { RemotingCommand } from "../../protocol/remoting-command.js";
import { getBrokerClusterInfo } from "../../protocol/requests/get-broker-cluster-info.js";
import { getBrokerMemberGroup } from "../../protocol/requests/get-broker-member-group.js";
import { getRouteinfoByTopic } from "../../protocol/requests/get-routeinfo-by-topic.js";
import { ResponseCode } from "../../protocol/response-codes.js";
import { Version } from "../../protocol/versions.js";
import type { Dispatcher, Reply } from "../../remoting/api.js";
import { ORDER_TOPIC_CONFIG } from "../kv-config.js";
import type { NamesrvContext } from "../namesrv-context.js";
import { pickRoute, routeOfZone } from "../pick-route.js";

export function registerRoute(dispatcher: Dispatcher, context: NamesrvContext): void {
  const { route } = context;
  dispatcher.register(getRouteinfoByTopic, ({ header, command }) => {
    if (!isReady(context))
      return { code: ResponseCode.SYSTEM_ERROR, remark: "name server not ready" };
    const isStrict =
      context.configuration.release.knowsStrictJson &&
      (command.version >= Version.V4_9_4 || header.acceptStandardJsonOnly === true);
    return answerRoute(header.topic, { isStrict, command, context });
  });
  dispatcher.register(getBrokerClusterInfo, () => ({ content: route.clusterInfo() }));
  dispatcher.register(getBrokerMemberGroup, ({ header: { clusterName: cluster, brokerName } }) => {
    const brokerAddrs = route.brokers.get(brokerName)?.brokerAddrs ?? new Map<number, string>();
    return { content: { brokerMemberGroup: { cluster, brokerName, brokerAddrs } } };
  });
}

function isReady({ configuration, clock, startedMs }: NamesrvContext): boolean {
  const { needWaitForService, waitSecondsForService } = configuration.values;
  return !needWaitForService || clock.now() - startedMs >= waitSecondsForService * 1000;
}

function answerRoute(
  topic: string,
  options: { isStrict: boolean; command: RemotingCommand; context: NamesrvContext },
): Reply<Record<never, never>, TopicRouteData> {
  const { isStrict, command, context } = options;
  const { supportActingMaster, orderMessageEnable } = context.configuration.values;
  const found = pickRoute(context.route, topic, { supportActingMaster });
  if (found === undefined) {
    const { faq } = context.configuration.release;
    const remark = `No topic route info in name server for the topic: ${topic}${faq}`;
    return { code: ResponseCode.TOPIC_NOT_EXIST, remark };
  }
  if (orderMessageEnable) found.orderTopicConf = context.kv.get(ORDER_TOPIC_CONFIG, topic);
  const zone = zoneOf(command);
  const shown = zone === undefined ? found : routeOfZone(found, zone);
  return { body: isStrict ? topicRouteData.encodeStrict(shown) : topicRouteData.encode(shown) };
}

function zoneOf({ extFields }: RemotingCommand): string | undefined {
  const name = extFields.__ZONE_NAME?.trim();
  return extFields.__ZONE_MODE?.toLowerCase() === "true" && name !== "" ? name : undefined;
}
