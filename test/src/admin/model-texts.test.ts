import test from "ava";
import { parseAttributes } from "../../../src/admin/attributes.js";
import {
  defaultSubscriptionGroup,
  groupText,
  parseRetryPolicy,
} from "../../../src/admin/groups.js";
import { mergeOrderConf } from "../../../src/admin/order-conf.js";
import { pushResultText } from "../../../src/admin/direct-consume.js";
import { sendResultText } from "../../../src/admin/send.js";
import { pubRecord } from "../../../src/admin/trace.js";
import { topicText } from "../../../src/admin/topic-changes.js";
import { routeJson } from "../../../src/admin/route-text.js";
import { routeRows } from "../../../src/admin/topics.js";
import { trackText } from "../../../src/admin/tracks.js";

const SETTINGS = {
  topicName: "pw-one",
  readQueueNums: 8,
  writeQueueNums: 8,
  perm: 6,
  topicSysFlag: 0,
  order: false,
  attributes: new Map<string, string>(),
};

test("topic settings read as upstream's TopicConfig", (t) => {
  t.is(
    topicText({
      ...SETTINGS,
      attributes: parseAttributes("+cleanup.policy=DELETE,+message.type=DELAY"),
    }),
    "TopicConfig [topicName=pw-one, readQueueNums=8, writeQueueNums=8, perm=RW-, topicFilterType=SINGLE_TAG, topicSysFlag=0, order=false, attributes={+message.type=DELAY, +cleanup.policy=DELETE}]",
  );
  t.true(topicText({ ...SETTINGS, perm: 4 }).includes("perm=R--,"));
  t.true(topicText({ ...SETTINGS, perm: 7 }).includes("perm=RWX,"));
});

test("group settings read as upstream's SubscriptionGroupConfig", (t) => {
  const config = {
    ...defaultSubscriptionGroup("gw-one"),
    consumeFromMinEnable: false,
    consumeBroadcastEnable: false,
    groupRetryPolicy: parseRetryPolicy(
      '{"type":"EXPONENTIAL","exponentialRetryPolicy":{"initial":5000,"max":7200000,"multiplier":2}}',
    ),
  };
  t.is(
    groupText(config),
    "SubscriptionGroupConfig{groupName=gw-one, consumeEnable=true, consumeFromMinEnable=false, consumeBroadcastEnable=false, consumeMessageOrderly=false, retryQueueNums=1, retryMaxTimes=16, groupRetryPolicy=GroupRetryPolicy{type=EXPONENTIAL, exponentialRetryPolicy=ExponentialRetryPolicy{initial=5000, max=7200000, multiplier=2}, customizedRetryPolicy=null}, brokerId=0, whichBrokerWhenConsumeSlowly=1, notifyConsumerIdsChangedEnable=true, groupSysFlag=0, consumeTimeoutMinute=15, subscriptionDataSet=null, attributes={}}",
  );
});

test("a list of retry delays is read and shown", (t) => {
  const policy = parseRetryPolicy(
    '{"type":"CUSTOMIZED","customizedRetryPolicy":{"next":[1000,5000]}}',
  );
  const text = groupText({ ...defaultSubscriptionGroup("g"), groupRetryPolicy: policy });
  t.true(text.includes("customizedRetryPolicy=CustomizedRetryPolicy{next=[1000, 5000]}}"));
});

test("a retry policy that is no JSON is a usage error", (t) => {
  const error = t.throws(() => parseRetryPolicy("{bad"));
  t.like(error, { kind: "usage" });
});

test("attribute edits without their sign are usage errors in upstream's words", (t) => {
  t.like(
    t.throws(() => parseAttributes("message.type=FIFO")),
    {
      kind: "usage",
      message: "add/alter attribute format is wrong: message.type",
    },
  );
  t.like(
    t.throws(() => parseAttributes("reserve.time")),
    {
      message: "delete attribute format is wrong: reserve.time",
    },
  );
  t.like(
    t.throws(() => parseAttributes("+a=1,+a=2")),
    { message: "key duplication: +a" },
  );
  t.deepEqual(parseAttributes("-reserve.time"), new Map([["-reserve.time", ""]]));
});

test("an order configuration keeps the brokers that are not named", (t) => {
  t.is(mergeOrderConf("broker-a:4;broker-b:4", "broker-b:8"), "broker-a:4;broker-b:8");
  t.is(mergeOrderConf("", "broker-a:3"), "broker-a:3");
});

test("what became of a message reads as upstream's objects", (t) => {
  t.is(
    trackText({ group: "g-lag", type: "NOT_CONSUME_YET", exception: undefined }),
    "MessageTrack [consumerGroup=g-lag, trackType=NOT_CONSUME_YET, exceptionDesc=null]",
  );
  t.is(
    pushResultText({
      order: false,
      autoCommit: true,
      consumeResult: "CR_SUCCESS",
      spentTimeMills: 1,
    }),
    "ConsumeMessageDirectlyResult [order=false, autoCommit=true, consumeResult=CR_SUCCESS, remark=null, spentTimeMills=1]",
  );
  t.is(
    sendResultText({
      status: "SEND_OK",
      msgId: "A1",
      offsetMsgId: "B2",
      queue: { topic: "pay-batch", brokerName: "broker-a", queueId: 0 },
      queueOffset: 3,
      transactionId: undefined,
      regionId: "DefaultRegion",
      traceOn: true,
      recallHandle: undefined,
    }),
    "SendResult [sendStatus=SEND_OK, msgId=A1, offsetMsgId=B2, messageQueue=MessageQueue [topic=pay-batch, brokerName=broker-a, queueId=0], queueOffset=3, recallHandle=null]",
  );
});

test("the trace of a sent message has upstream's fourteen fields", (t) => {
  const record = pubRecord({
    timestamp: 1,
    regionId: "DefaultRegion",
    group: "g",
    topic: "t",
    msgId: "A1",
    tags: undefined,
    keys: "k",
    storeHost: "127.0.0.1:10911",
    bodyLength: 2,
    costMs: 3,
    offsetMsgId: "B2",
    success: true,
  });
  const fields = "Pub,1,DefaultRegion,g,t,A1,null,k,127.0.0.1:10911,2,3,0,B2,true";
  t.is(record, `${fields.split(",").join("\u0001")}\u0002`);
});

const ROUTE = {
  brokerDatas: [
    {
      brokerAddrs: new Map([[0, "10.0.0.11:10911"]]),
      brokerName: "broker-a",
      cluster: "DefaultCluster",
      enableActingMaster: false,
    },
  ],
  filterServerTable: new Map<string, string[]>(),
  queueDatas: [
    { brokerName: "broker-a", perm: 6, readQueueNums: 4, topicSysFlag: 0, writeQueueNums: 2 },
  ],
};

test("a route is fastjson's pretty text with bare broker ids", (t) => {
  const lines = [
    "{",
    '\t"brokerDatas":[',
    "\t\t{",
    '\t\t\t"brokerAddrs":{0:"10.0.0.11:10911"',
    "\t\t\t},",
    '\t\t\t"brokerName":"broker-a",',
    '\t\t\t"cluster":"DefaultCluster",',
    '\t\t\t"enableActingMaster":false',
    "\t\t}",
    "\t],",
    '\t"filterServerTable":{},',
    '\t"queueDatas":[',
    "\t\t{",
    '\t\t\t"brokerName":"broker-a",',
    '\t\t\t"perm":6,',
    '\t\t\t"readQueueNums":4,',
    '\t\t\t"topicSysFlag":0,',
    '\t\t\t"writeQueueNums":2',
    "\t\t}",
    "\t]",
    "}",
    "",
  ];
  t.is(routeJson({ route: ROUTE, version: 479 }), lines.join("\n"));
  const ofNewer = lines.join("\n").replace("{0:", "{\n\t\t\t\t0:");
  t.is(routeJson({ route: ROUTE, version: 513 }), ofNewer);
});

test("a broker of a route that has no queues counts none", (t) => {
  const [row] = routeRows({ ...ROUTE, queueDatas: [] });
  t.like(row, { brokerName: "broker-a", readQueueNums: 0, writeQueueNums: 0, perm: 0 });
});
