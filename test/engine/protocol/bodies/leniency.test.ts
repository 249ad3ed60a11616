import test from "ava";
import { CorruptError } from "../../../../engine/base/errors.js";
import {
  clusterInfo,
  consumeMessageDirectlyResult,
  consumerRunningInfo,
  heartbeatData,
  resetOffsetBody,
  topicConfig,
  topicRouteData,
} from "../../../../engine/protocol/index.js";

const route = {
  brokerDatas: [
    {
      brokerAddrs: new Map([
        [0, "10.0.0.1:10911"],
        [1, "10.0.0.2:10911"],
      ]),
      brokerName: "broker-a",
      cluster: "DefaultCluster",
      enableActingMaster: false,
    },
  ],
  filterServerTable: new Map<string, string[]>(),
  queueDatas: [
    { brokerName: "broker-a", perm: 6, readQueueNums: 8, topicSysFlag: 1, writeQueueNums: 8 },
  ],
};

test("a route is written in the dialect with both spellings of the flag [R-ROUTE-1]", (t) => {
  t.is(
    topicRouteData.encode(route).toString(),
    '{"brokerDatas":[{"brokerAddrs":{0:"10.0.0.1:10911",1:"10.0.0.2:10911"},"brokerName":"broker-a","cluster":"DefaultCluster","enableActingMaster":false}],' +
      '"filterServerTable":{},"queueDatas":[{"brokerName":"broker-a","perm":6,"readQueueNums":8,"topicSynFlag":1,"topicSysFlag":1,"writeQueueNums":8}]}',
  );
});

test("a strict route is JSON with quoted ids [R-ROUTE-2]", (t) => {
  const text = topicRouteData.encodeStrict({ ...route, orderTopicConf: "büro:4" }).toString();
  t.true(text.includes('"brokerAddrs":{"0":"10.0.0.1:10911","1":"10.0.0.2:10911"}'));
  t.true(text.includes('"orderTopicConf":"b\\u00FCro:4"'));
  t.notThrows(() => JSON.parse(text) as unknown);
  t.deepEqual(topicRouteData.decode(Buffer.from(text)), { ...route, orderTopicConf: "büro:4" });
});

test("the flag of a route is read under 4.8's name alone [R-ROUTE-1]", (t) => {
  const text = '{"queueDatas":[{"brokerName":"b","topicSynFlag":2}],"brokerDatas":null}';
  const decoded = topicRouteData.decode(Buffer.from(text));
  t.is(decoded.queueDatas[0]?.topicSysFlag, 2);
  t.deepEqual(decoded.brokerDatas, []);
});

test("broker ids are read bare and quoted", (t) => {
  for (const key of ["0", '"0"']) {
    const text = `{"brokerAddrTable":{"b":{"brokerAddrs":{${key}:"a:1"},"brokerName":"b","cluster":"c"}},"clusterAddrTable":{"c":["b"]}}`;
    const decoded = clusterInfo.decode(Buffer.from(text));
    t.is(decoded.brokerAddrTable.get("b")?.brokerAddrs.get(0), "a:1");
    t.deepEqual(decoded.clusterAddrTable.get("c"), ["b"]);
  }
});

test("keys that are queues are read raw and as quoted JSON [R-JSON-5]", (t) => {
  const expected = {
    offsetTable: [{ queue: { topic: "t", brokerName: "b", queueId: 1 }, value: 5 }],
  };
  const key = '{"brokerName":"b","queueId":1,"topic":"t"}';
  t.deepEqual(resetOffsetBody.decode(Buffer.from(`{"offsetTable":{${key}:5}}`)), expected);
  t.deepEqual(
    resetOffsetBody.decode(Buffer.from(`{"offsetTable":{${JSON.stringify(key)}:5}}`)),
    expected,
  );
});

test("a reset of offsets can be split by hand as Go does it [R-GO-1]", (t) => {
  const queue = (queueId: number) => ({ topic: "t", brokerName: "b", queueId });
  const text = resetOffsetBody
    .encode({
      offsetTable: [
        { queue: queue(0), value: 5 },
        { queue: queue(1), value: 6 },
      ],
    })
    .toString();
  t.throws(() => JSON.parse(text) as unknown);
  const inner = text.slice('{"offsetTable":{'.length + 1, -2);
  t.deepEqual(
    inner.split(",{").map((pair) => pair.split("}:")),
    [
      ['"brokerName":"b","queueId":0,"topic":"t"', "5"],
      ['"brokerName":"b","queueId":1,"topic":"t"', "6"],
    ],
  );
});

test("enums are read by name in any case and by ordinal, unknown ones are the default", (t) => {
  const result = (text: string) =>
    consumeMessageDirectlyResult.decode(Buffer.from(`{"consumeResult":${text}}`)).consumeResult;
  t.is(result('"CR_LATER"'), "CR_LATER");
  t.is(result('"cr_later"'), "CR_LATER");
  t.is(result("4"), "CR_THROW_EXCEPTION");
  t.is(result('"UNKNOWN"'), "CR_SUCCESS");
  t.is(result("99"), "CR_SUCCESS");
});

test("a consumer's state is read with Java's and Go's spelling of dropped [R-GO-2]", (t) => {
  for (const key of ["droped", "dropped"]) {
    const text = `{"mqTable":{{"brokerName":"b","queueId":1,"topic":"t"}:{"${key}":true,"commitOffset":7}},"properties":{"a":1}}`;
    const decoded = consumerRunningInfo.decode(Buffer.from(text));
    t.true(decoded.mqTable[0]?.value.dropped);
    t.is(decoded.mqTable[0]?.value.commitOffset, 7);
    t.deepEqual(decoded.properties, { a: "1" });
  }
});

test("a heartbeat with nulls, text for numbers and unknown members is read [R-JSON-3] [R-GO-3]", (t) => {
  const decoded = heartbeatData.decode(
    Buffer.from(
      '{"clientID":"c","more":{"x":[1]},"producerDataSet":null,"consumerDataSet":[{"groupName":"g","subscriptionDataSet":[{"topic":"t","codeSet":["1"],"subVersion":"5","tagsSet":null}],"unitMode":"TRUE"}]}',
    ),
  );
  t.deepEqual(decoded.producerDataSet, []);
  const [consumer] = decoded.consumerDataSet;
  t.true(consumer?.unitMode);
  t.is(consumer?.consumeType, "CONSUME_PASSIVELY");
  t.like(consumer?.subscriptionDataSet[0], {
    codeSet: [1],
    subVersion: 5,
    tagsSet: [],
    expressionType: "TAG",
  });
});

const WRONG: readonly (readonly [string, string])[] = [
  ["perm", '{"perm":"six"}'],
  ["readQueueNums", '{"readQueueNums":9999999999}'],
  ["attributes", '{"attributes":[1]}'],
  ["topicName", '{"topicName":{"a":1}}'],
  ["order", '{"order":[]}'],
  ["topicFilterType", '{"topicFilterType":{}}'],
];

for (const [member, text] of WRONG) {
  test(`a wrong ${member} is named in the error`, (t) => {
    const error = t.throws(() => topicConfig.decode(Buffer.from(text)), {
      instanceOf: CorruptError,
    });
    t.true(error.message.includes(`TopicConfig.${member}`), error.message);
  });
}
