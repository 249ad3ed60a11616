/** The default processor of both ports: everything that tools ask of a broker. Upstream: AdminBrokerProcessor. */
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";
import { registerConsumerQuestions } from "./ask-consumers.js";
import { registerTopicChanges } from "./change-topics.js";
import { registerCleaning } from "./cleaning.js";
import { registerColdData } from "./cold-data.js";
import { registerConfiguration } from "./configuration.js";
import { registerConnections } from "./connections.js";
import { registerConsumeQueue } from "./consume-queue.js";
import { registerConsumeStats } from "./consume-stats.js";
import { registerConsumeTimeSpan } from "./consume-time-span.js";
import { registerGroupOffsets } from "./group-offsets.js";
import { registerGroups } from "./groups.js";
import { registerReplication } from "./replication.js";
import { registerResetOffset } from "./reset-offset.js";
import { registerRocksdb } from "./rocksdb.js";
import { registerRuntimeInfo } from "./runtime-info.js";
import { registerTopicQueries } from "./show-topics.js";
import { registerSlaveTables } from "./slave-tables.js";
import { registerStatsData } from "./stats-data.js";
import { registerWhoConsumes } from "./who-consumes.js";

export function registerAdminProcessors(dispatcher: Dispatcher, context: BrokerContext): void {
  registerTopicChanges(dispatcher, context);
  registerTopicQueries(dispatcher, context);
  registerGroups(dispatcher, context);
  registerConsumeStats(dispatcher, context);
  registerWhoConsumes(dispatcher, context);
  registerConsumeTimeSpan(dispatcher, context);
  registerConnections(dispatcher, context);
  registerConfiguration(dispatcher, context);
  registerRuntimeInfo(dispatcher, context);
  registerStatsData(dispatcher, context);
  registerConsumeQueue(dispatcher, context);
  registerCleaning(dispatcher, context);
  registerGroupOffsets(dispatcher, context);
  registerResetOffset(dispatcher, context);
  registerConsumerQuestions(dispatcher, context);
  registerSlaveTables(dispatcher, context);
  registerReplication(dispatcher, context);
  registerColdData(dispatcher, context);
  registerRocksdb(dispatcher, context);
}
