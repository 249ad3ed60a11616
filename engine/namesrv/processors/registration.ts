/** What brokers tell about themselves. Upstream: DefaultRequestProcessor (spec: behaviour 1.5, 1.6). */
import { crc32 } from "../../base/crc32.js";
import {
  decodeCompressedRegisterBody,
  registerBrokerBody,
  type RegisterBrokerBody,
} from "../../protocol/bodies/register-broker-body.js";
import { topicConfigSerializeWrapper } from "../../protocol/bodies/topic-config-serialize-wrapper.js";
import type { HeaderOf } from "../../protocol/header.js";
import { brokerHeartbeat } from "../../protocol/requests/broker-heartbeat.js";
import { queryDataVersion } from "../../protocol/requests/query-data-version.js";
import { registerBroker } from "../../protocol/requests/register-broker.js";
import { registerTopicInNamesrv } from "../../protocol/requests/register-topic-in-namesrv.js";
import { unregisterBroker } from "../../protocol/requests/unregister-broker.js";
import { ResponseCode } from "../../protocol/response-codes.js";
import { Version } from "../../protocol/versions.js";
import type { Connection, Dispatcher, Exchange, Reply } from "../../remoting/api.js";
import { ORDER_TOPIC_CONFIG } from "../kv-config.js";
import type { NamesrvContext } from "../namesrv-context.js";
import {
  isVersionChanged,
  registerBroker as enter,
  type Registration,
} from "../register-broker.js";

type RegisterHeader = ReturnType<(typeof registerBroker)["request"]["decode"]>;
type RegisterAnswer = HeaderOf<typeof registerBroker.response.fields>;

export function registerRegistration(dispatcher: Dispatcher, context: NamesrvContext): void {
  const { route, clock } = context;
  dispatcher.register(registerBroker, (exchange) => answerRegistration(exchange, context));
  dispatcher.register(unregisterBroker, ({ header }) => {
    route.unregister(header);
    return {};
  });
  dispatcher.register(queryDataVersion, ({ header, content }) => {
    const changed = isVersionChanged(route, header, content());
    route.live.touch(header.clusterName, header.brokerAddr, clock.now());
    const known = route.live.get(header.clusterName, header.brokerAddr)?.dataVersion;
    return { header: { changed }, content: known };
  });
  dispatcher.register(brokerHeartbeat, ({ header }) => {
    route.live.touch(header.clusterName, header.brokerAddr, clock.now());
    return {};
  });
  dispatcher.register(registerTopicInNamesrv, ({ header, body, content }) => {
    if (body.length > 0) route.registerTopic(header.topic, content().queueDatas);
    return {};
  });
}

function answerRegistration(
  exchange: Pick<
    Exchange<RegisterHeader, RegisterAnswer>,
    "header" | "body" | "command" | "connection"
  >,
  context: NamesrvContext,
): Reply<RegisterAnswer, { table: Record<string, string> }> {
  const { header, body, command, connection } = exchange;
  const sum = header.bodyCrc32 ?? 0;
  if (sum !== 0 && sum !== crc32(body)) {
    return { code: ResponseCode.SYSTEM_ERROR, remark: "crc32 not match" };
  }
  const { deleteTopicWithBrokerRegistration, returnOrderTopicConfigToBroker } =
    context.configuration.values;
  const registered = registerBodyOf(body, {
    compressed: header.compressed === true,
    version: command.version,
  });
  const isKnown = context.route.live.get(header.clusterName, header.brokerAddr) !== undefined;
  const result = enter(context.route, registrationOf(header, registered, connection), {
    nowMs: context.clock.now(),
    deleteTopicWithBrokerRegistration,
  });
  if (result === undefined) {
    context.logger.warn(
      `broker ${header.brokerName} at ${header.brokerAddr} is refused: it names a single topic first`,
    );
    return { code: ResponseCode.SYSTEM_ERROR, remark: "register broker failed" };
  }
  if (!isKnown) {
    context.logger.info(`broker ${header.brokerName} at ${header.brokerAddr} joined`);
  }
  const ordered = returnOrderTopicConfigToBroker ? context.kv.list(ORDER_TOPIC_CONFIG) : undefined;
  return { header: result, content: ordered === undefined ? undefined : { table: ordered } };
}

function registrationOf(
  header: RegisterHeader,
  body: RegisterBrokerBody,
  connection: Connection,
): Registration {
  return {
    clusterName: header.clusterName,
    brokerName: header.brokerName,
    brokerAddr: header.brokerAddr,
    brokerId: header.brokerId,
    haServerAddr: header.haServerAddr ?? "",
    zoneName: header.zoneName,
    leaseMs: header.heartbeatTimeoutMillis,
    enableActingMaster: header.enableActingMaster,
    wrapper: body.topicConfigSerializeWrapper,
    filterServerList: body.filterServerList,
    connection,
  };
}

/** First byte of a zlib stream with a 32 KiB window, which no JSON begins with. */
const ZLIB = 0x78;

/** A 5.x broker may compress and say that it does not, so the bytes decide too. */
function registerBodyOf(
  body: Buffer,
  options: { compressed: boolean; version: number },
): RegisterBrokerBody {
  const { compressed, version } = options;
  if (version < Version.V3_0_11_SNAPSHOT) {
    return { filterServerList: [], topicConfigSerializeWrapper: wrapperOf(body) };
  }
  if (body.length === 0)
    return { filterServerList: [], topicConfigSerializeWrapper: wrapperOf(body) };
  if (compressed || body[0] === ZLIB) return decodeCompressedRegisterBody(body, version);
  return registerBrokerBody.decode(body);
}

function wrapperOf(body: Buffer): RegisterBrokerBody["topicConfigSerializeWrapper"] {
  if (body.length > 0) return topicConfigSerializeWrapper.decode(body);
  return {
    dataVersion: { counter: 0, stateVersion: 0, timestamp: 0 },
    topicConfigTable: new Map(),
  };
}
