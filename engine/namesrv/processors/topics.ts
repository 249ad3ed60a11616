/** Lists of topics, and taking one out. Upstream: DefaultRequestProcessor (spec: behaviour 1.8). */
import type { TopicList } from "../../protocol/bodies/topic-list.js";
import { deleteTopicInNamesrv } from "../../protocol/requests/delete-topic-in-namesrv.js";
import { getAllTopicListFromNameserver } from "../../protocol/requests/get-all-topic-list-from-nameserver.js";
import { getHasUnitSubTopicList } from "../../protocol/requests/get-has-unit-sub-topic-list.js";
import { getHasUnitSubUnunitTopicList } from "../../protocol/requests/get-has-unit-sub-ununit-topic-list.js";
import { getSystemTopicListFromNs } from "../../protocol/requests/get-system-topic-list-from-ns.js";
import { getTopicsByCluster } from "../../protocol/requests/get-topics-by-cluster.js";
import { getUnitTopicList } from "../../protocol/requests/get-unit-topic-list.js";
import { ResponseCode } from "../../protocol/response-codes.js";
import type { Dispatcher, Reply } from "../../remoting/api.js";
import type { NamesrvContext } from "../namesrv-context.js";

type ListReply = Reply<Record<never, never>, TopicList>;

const DISABLED: ListReply = { code: ResponseCode.SYSTEM_ERROR, remark: "disable" };

function listOf(topicList: string[]): ListReply {
  return { content: { topicList } };
}

export function registerTopics(
  dispatcher: Dispatcher,
  { route, configuration }: NamesrvContext,
): void {
  const { values } = configuration;
  /** Lists that enableTopicList gates. */
  const gated = (topics: () => string[]): ListReply =>
    values.enableTopicList ? listOf(topics()) : DISABLED;

  dispatcher.register(getAllTopicListFromNameserver, () =>
    values.enableAllTopicList ? listOf([...route.topics.keys()]) : DISABLED,
  );
  dispatcher.register(getTopicsByCluster, ({ header }) =>
    gated(() => route.topicsOfCluster(header.cluster)),
  );
  dispatcher.register(getSystemTopicListFromNs, () => ({ content: route.systemTopics() }));
  dispatcher.register(getUnitTopicList, () => gated(() => route.unitTopics()));
  dispatcher.register(getHasUnitSubTopicList, () => gated(() => route.unitSubTopics()));
  dispatcher.register(getHasUnitSubUnunitTopicList, () =>
    gated(() => route.unitSubNonUnitTopics()),
  );
  dispatcher.register(deleteTopicInNamesrv, ({ header }) => {
    route.deleteTopic(header.topic, header.clusterName);
    return {};
  });
}
