import test, { type ExecutionContext } from "ava";
import { CorruptError } from "../../../../engine/base/errors.js";
import * as protocol from "../../../../engine/protocol/index.js";
import type { BodyCodec } from "../../../../engine/protocol/define-request.js";

const queue = { topic: "t", brokerName: "b", queueId: 1 };
const topic = { ...protocol.topicConfig.shape.missing(), topicName: "T" };
const group = protocol.defaultSubscriptionGroup("g1");
const subscription = {
  topic: "t",
  subString: "*",
  tagsSet: [],
  codeSet: [],
  subVersion: 1700000000000,
  expressionType: "TAG",
  classFilterMode: false,
};
const SUBSCRIPTION =
  '{"classFilterMode":false,"codeSet":[],"expressionType":"TAG","subString":"*","subVersion":1700000000000,"tagsSet":[],"topic":"t"}';
const QUEUE = '{"brokerName":"b","queueId":1,"topic":"t"}';
const TOPIC =
  '{"attributes":{},"order":false,"perm":6,"readQueueNums":16,"topicFilterType":"SINGLE_TAG","topicName":"T","topicSysFlag":0,"writeQueueNums":16}';
const GROUP =
  '{"attributes":{},"brokerId":0,"consumeBroadcastEnable":true,"consumeEnable":true,"consumeFromMinEnable":true,' +
  '"consumeMessageOrderly":false,"consumeTimeoutMinute":15,"groupName":"g1","groupRetryPolicy":{"type":"CUSTOMIZED"},' +
  '"groupSysFlag":0,"notifyConsumerIdsChangedEnable":true,"retryMaxTimes":16,"retryQueueNums":1,"whichBrokerWhenConsumeSlowly":1}';
const VERSION = '{"counter":1,"stateVersion":0,"timestamp":1700000000000}';
const version = { counter: 1, stateVersion: 0, timestamp: 1700000000000 };

/** A golden: what our writer makes of a value is exactly what upstream's classes print, and reads back. */
const golden = test.macro({
  exec<B>(t: ExecutionContext, codec: BodyCodec<B>, value: B, text: string) {
    t.is(codec.encode(value).toString(), text);
    t.deepEqual(codec.decode(Buffer.from(text)), value);
  },
  title: (which, codec) => `${codec.name}${which ?? ""} has upstream's text and reads back`,
});

test(golden, protocol.dataVersion, version, VERSION);
test(golden, protocol.topicConfig, topic, TOPIC);
test(golden, protocol.subscriptionGroupConfig, group, GROUP);
test(
  golden,
  protocol.topicConfigSerializeWrapper,
  { dataVersion: version, topicConfigTable: new Map([["T", topic]]) },
  `{"dataVersion":${VERSION},"topicConfigTable":{"T":${TOPIC}}}`,
);
test(
  golden,
  protocol.subscriptionGroupWrapper,
  {
    dataVersion: version,
    forbiddenTable: new Map([["g1", new Map([["T", 1]])]]),
    subscriptionGroupTable: new Map([["g1", group]]),
  },
  `{"dataVersion":${VERSION},"forbiddenTable":{"g1":{"T":1}},"subscriptionGroupTable":{"g1":${GROUP}}}`,
);
test(
  golden,
  protocol.heartbeatData,
  {
    clientId: "10.0.0.1@1234#5678",
    producerDataSet: [{ groupName: "pg" }],
    consumerDataSet: [
      {
        groupName: "cg",
        consumeType: "CONSUME_PASSIVELY",
        messageModel: "CLUSTERING",
        consumeFromWhere: "CONSUME_FROM_LAST_OFFSET",
        unitMode: false,
        subscriptionDataSet: [subscription],
      },
    ],
    heartbeatFingerprint: 0,
    withoutSub: false,
  },
  `{"clientID":"10.0.0.1@1234#5678","consumerDataSet":[{"consumeFromWhere":"CONSUME_FROM_LAST_OFFSET","consumeType":"CONSUME_PASSIVELY","groupName":"cg","messageModel":"CLUSTERING","subscriptionDataSet":[${SUBSCRIPTION}],"unitMode":false}],"heartbeatFingerprint":0,"producerDataSet":[{"groupName":"pg"}],"withoutSub":false}`,
);
test(
  golden,
  protocol.resetOffsetBody,
  {
    offsetTable: [
      { queue, value: 5 },
      { queue: { ...queue, queueId: 2 }, value: 6 },
    ],
  },
  '{"offsetTable":{{"brokerName":"b","queueId":1,"topic":"t"}:5,{"brokerName":"b","queueId":2,"topic":"t"}:6}}',
);
test(
  golden,
  protocol.resetOffsetBodyForC,
  { offsetTable: [{ ...queue, offset: 5 }] },
  '{"offsetTable":[{"brokerName":"b","offset":5,"queueId":1,"topic":"t"}]}',
);
test(
  golden,
  protocol.getConsumerStatusBody,
  { consumerTable: new Map([["c", [{ queue, value: 1 }]]]), messageQueueTable: [] },
  `{"consumerTable":{"c":{${QUEUE}:1}},"messageQueueTable":{}}`,
);
test(
  golden,
  protocol.lockBatchRequest,
  { clientId: "c", consumerGroup: "g", mqSet: [queue], onlyThisBroker: false },
  `{"clientId":"c","consumerGroup":"g","mqSet":[${QUEUE}],"onlyThisBroker":false}`,
);
test(golden, protocol.lockBatchResponse, { lockOKMQSet: [queue] }, `{"lockOKMQSet":[${QUEUE}]}`);
test(
  golden,
  protocol.consumerIdList,
  { consumerIdList: ["a", "b"] },
  '{"consumerIdList":["a","b"]}',
);
test(golden, protocol.groupList, { groupList: ["g"] }, '{"groupList":["g"]}');
test(
  golden,
  protocol.topicList,
  { brokerAddr: "1.2.3.4:10911", topicList: ["T"] },
  '{"brokerAddr":"1.2.3.4:10911","topicList":["T"]}',
);
test(golden, protocol.kvTable, { table: { a: "1" } }, '{"table":{"a":"1"}}');
test(
  golden,
  protocol.topicStatsTable,
  {
    offsetTable: [{ queue, value: { lastUpdateTimestamp: 9, maxOffset: 8, minOffset: 7 } }],
    topicPutTps: 0,
  },
  `{"offsetTable":{${QUEUE}:{"lastUpdateTimestamp":9,"maxOffset":8,"minOffset":7}},"topicPutTps":0.0}`,
);
test(
  golden,
  protocol.consumeStats,
  {
    consumeTps: 1.5,
    offsetTable: [
      { queue, value: { brokerOffset: 9, consumerOffset: 8, lastTimestamp: 7, pullOffset: 0 } },
    ],
  },
  `{"consumeTps":1.5,"offsetTable":{${QUEUE}:{"brokerOffset":9,"consumerOffset":8,"lastTimestamp":7,"pullOffset":0}}}`,
);
test(
  golden,
  protocol.consumeStatsList,
  {
    brokerAddr: "a:1",
    consumeStatsList: [new Map([["g", [{ consumeTps: 0, offsetTable: [] }]]])],
    totalDiff: 3,
    totalInflightDiff: 0,
  },
  '{"brokerAddr":"a:1","consumeStatsList":[{"g":[{"consumeTps":0.0,"offsetTable":{}}]}],"totalDiff":3,"totalInflightDiff":0}',
);
test(
  golden,
  protocol.brokerStatsData,
  {
    statsDay: { avgpt: 0, sum: 0, tps: 0 },
    statsHour: { avgpt: 0, sum: 0, tps: 0 },
    statsMinute: { avgpt: 1, sum: 60, tps: 1.25 },
  },
  '{"statsDay":{"avgpt":0.0,"sum":0,"tps":0.0},"statsHour":{"avgpt":0.0,"sum":0,"tps":0.0},"statsMinute":{"avgpt":1.0,"sum":60,"tps":1.25}}',
);
test(
  golden,
  protocol.producerConnection,
  { connectionSet: [{ clientAddr: "1.2.3.4:5", clientId: "c", language: "JAVA", version: 479 }] },
  '{"connectionSet":[{"clientAddr":"1.2.3.4:5","clientId":"c","language":"JAVA","version":479}]}',
);
test(
  golden,
  protocol.consumerConnection,
  {
    connectionSet: [],
    consumeFromWhere: "CONSUME_FROM_FIRST_OFFSET",
    consumeType: "CONSUME_ACTIVELY",
    messageModel: "BROADCASTING",
    subscriptionTable: new Map([["t", subscription]]),
  },
  `{"connectionSet":[],"consumeFromWhere":"CONSUME_FROM_FIRST_OFFSET","consumeType":"CONSUME_ACTIVELY","messageModel":"BROADCASTING","subscriptionTable":{"t":${SUBSCRIPTION}}}`,
);
test(
  golden,
  protocol.producerTableInfo,
  {
    data: new Map([
      [
        "g",
        [
          {
            clientId: "c",
            language: "GO",
            lastUpdateTimestamp: 1,
            remoteIp: "1.2.3.4",
            version: 317,
          },
        ],
      ],
    ]),
  },
  '{"data":{"g":[{"clientId":"c","language":"GO","lastUpdateTimestamp":1,"remoteIP":"1.2.3.4","version":317}]}}',
);
test(
  golden,
  protocol.consumerOffsetWrapper,
  {
    offsetTable: new Map([
      [
        "t@g",
        new Map([
          [0, 1],
          [1, 2],
        ]),
      ],
    ]),
  },
  '{"offsetTable":{"t@g":{0:1,1:2}}}',
);
test(
  golden,
  protocol.delayOffsetWrapper,
  { dataVersion: version, offsetTable: new Map([[1, 5]]) },
  `{"dataVersion":${VERSION},"offsetTable":{1:5}}`,
);
test(
  golden,
  protocol.queryCorrectionOffsetBody,
  { correctionOffsets: new Map([[0, 9223372036854775807n]]) },
  '{"correctionOffsets":{0:9223372036854775807}}',
);
test(
  golden,
  protocol.brokerMemberGroupBody,
  { brokerMemberGroup: { brokerAddrs: new Map([[0, "a:1"]]), brokerName: "b", cluster: "c" } },
  '{"brokerMemberGroup":{"brokerAddrs":{0:"a:1"},"brokerName":"b","cluster":"c"}}',
);
test(
  golden,
  protocol.consumeMessageDirectlyResult,
  { autoCommit: true, consumeResult: "CR_SUCCESS", order: false, spentTimeMills: 3 },
  '{"autoCommit":true,"consumeResult":"CR_SUCCESS","order":false,"spentTimeMills":3}',
);
test(
  golden,
  protocol.queryConsumeQueueBody,
  {
    maxQueueIndex: 2,
    minQueueIndex: 0,
    queueData: [{ eval: true, physicOffset: 1, physicSize: 2, tagsCode: -9223372036854775808n }],
  },
  '{"maxQueueIndex":2,"minQueueIndex":0,"queueData":[{"eval":true,"physicOffset":1,"physicSize":2,"tagsCode":-9223372036854775808}]}',
);
test(
  golden,
  protocol.querySubscriptionBody,
  { group: "g", subscriptionData: subscription, topic: "t" },
  `{"group":"g","subscriptionData":${SUBSCRIPTION},"topic":"t"}`,
);
test(
  golden,
  protocol.checkClientConfigBody,
  { clientId: "c", group: "g", subscriptionData: subscription },
  `{"clientId":"c","group":"g","subscriptionData":${SUBSCRIPTION}}`,
);
test(
  golden,
  protocol.groupForbidden,
  { group: "g", readable: false, topic: "t" },
  '{"group":"g","readable":false,"topic":"t"}',
);
test(
  golden,
  protocol.registerBrokerBody,
  {
    filterServerList: [],
    topicConfigSerializeWrapper: {
      dataVersion: version,
      topicConfigTable: new Map([["T", topic]]),
      mappingDataVersion: version,
      topicQueueMappingDetailMap: new Map(),
      topicQueueMappingInfoMap: new Map(),
    },
  },
  `{"filterServerList":[],"topicConfigSerializeWrapper":{"dataVersion":${VERSION},"mappingDataVersion":${VERSION},"topicConfigTable":{"T":${TOPIC}},"topicQueueMappingDetailMap":{},"topicQueueMappingInfoMap":{}}}`,
);
test(
  golden,
  protocol.queryConsumeTimeSpanBody,
  {
    consumeTimeSpanSet: [
      { consumeTimeStamp: 1, delayTime: 2, maxTimeStamp: 3, messageQueue: queue, minTimeStamp: 4 },
    ],
  },
  `{"consumeTimeSpanSet":[{"consumeTimeStamp":1,"delayTime":2,"maxTimeStamp":3,"messageQueue":${QUEUE},"minTimeStamp":4}]}`,
);
test(
  golden,
  protocol.queryAssignmentResponse,
  { messageQueueAssignments: [{ attachments: {}, messageQueue: queue, mode: "POP" }] },
  `{"messageQueueAssignments":[{"attachments":{},"messageQueue":${QUEUE},"mode":"POP"}]}`,
);
test(
  golden,
  protocol.batchAckMessageBody,
  {
    acks: [
      {
        consumerGroup: "g",
        topic: "t",
        retry: "0",
        startOffset: 5,
        queueId: 1,
        reviveQueueId: 2,
        popTime: 3,
        invisibleTime: 4,
        bitSet: "Aw==",
      },
    ],
    brokerName: "b",
  },
  '{"acks":[{"b":"Aw==","c":"g","it":4,"pt":3,"q":1,"r":"0","rq":2,"so":5,"t":"t"}],"brokerName":"b"}',
);
test(
  golden,
  protocol.aclInfo,
  {
    policies: [
      {
        entries: [
          {
            actions: ["Pub", "Sub"],
            decision: "Allow",
            resource: "Topic:t",
            sourceIps: ["10.0.0.1"],
          },
        ],
        policyType: "Custom",
      },
    ],
    subject: "User:u",
  },
  '{"policies":[{"entries":[{"actions":["Pub","Sub"],"decision":"Allow","resource":"Topic:t","sourceIps":["10.0.0.1"]}],"policyType":"Custom"}],"subject":"User:u"}',
);
test(
  " of any address",
  golden,
  protocol.aclInfo,
  {
    policies: [{ entries: [{ actions: ["All"], sourceIps: [] }], policyType: "Custom" }],
    subject: "User:u",
  },
  '{"policies":[{"entries":[{"actions":["All"]}],"policyType":"Custom"}],"subject":"User:u"}',
);
test(
  golden,
  protocol.userInfoList,
  [{ userStatus: "enable", userType: "Super", username: "u" }],
  '[{"userStatus":"enable","userType":"Super","username":"u"}]',
);
test(
  golden,
  protocol.syncStateSet,
  { syncStateSet: [1, 2], syncStateSetEpoch: 3 },
  '{"syncStateSet":[1,2],"syncStateSetEpoch":3}',
);
test(
  golden,
  protocol.timerCheckpoint,
  {
    lastReadTime: 1,
    lastTimerLogFlushPos: 2,
    lastTimerQueueOffset: 3,
    masterTimerQueueOffset: 4,
    dataVersion: { stateVersion: 5, timestamp: 6, counter: 7 },
  },
  [1, 2, 3, 4, 5, 6, 7].map((n) => "\0\0\0\0\0\0\0" + String.fromCharCode(n)).join(""),
);

const ALL = (Object.values(protocol) as unknown[]).filter(
  (value): value is protocol.JsonBody<unknown> =>
    typeof value === "object" && value !== null && "encode" in value && "shape" in value,
);

test("every JSON body refuses what is no such body as corrupt", (t) => {
  t.true(ALL.length > 40);
  for (const codec of ALL) {
    for (const text of [
      "",
      "null",
      "1",
      '"x"',
      "{",
      codec.shape.missing() instanceof Array ? "{}" : "[]",
    ]) {
      t.throws(
        () => codec.decode(Buffer.from(text)),
        { instanceOf: CorruptError },
        `${codec.name} ${text}`,
      );
    }
  }
});

test("every JSON body reads an empty object as defaults and writes it back [R-JSON-3]", (t) => {
  for (const codec of ALL) {
    const empty = codec.shape.missing() instanceof Array ? "[]" : "{}";
    const value = codec.decode(Buffer.from(empty));
    t.deepEqual(codec.decode(codec.encode(value)), value, codec.name);
  }
});
