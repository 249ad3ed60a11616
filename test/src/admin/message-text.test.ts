import test from "ava";
import { Message } from "../../../engine/message/message.js";
import { messageDetails, messageLine, messageRecord } from "../../../src/admin/message-text.js";

const ID = "C00002025C8D4E0E2F2A6A7633BE0028";

function received(
  properties: Record<string, string>,
  over: Partial<{ sysFlag: number; storedBody: Buffer }> = {},
) {
  const message = new Message({
    storeSize: 244,
    bodyCrc: 1239201882,
    queueId: 0,
    flag: 0,
    queueOffset: 0,
    physicalOffset: 11296,
    sysFlag: over.sysFlag ?? 0,
    bornTimestamp: new Date(2026, 10, 21, 16, 8, 51, 390).getTime(),
    bornHost: { address: "127.0.0.1", port: 45452 },
    storeTimestamp: new Date(2026, 10, 21, 16, 8, 51, 394).getTime(),
    storeHost: { address: "127.0.0.1", port: 30836 },
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    storedBody: over.storedBody ?? Buffer.from("narrow 0"),
    topic: "pay-narrow",
    properties: new Map(Object.entries(properties)),
  });
  return Object.assign(message, { brokerName: "broker-a" });
}

const PROPERTIES = {
  KEYS: "narrow-0",
  UNIQ_KEY: ID,
  TAGS: "N",
  WAIT: "true",
  MSG_REGION: "DefaultRegion",
  TRACE_ON: "true",
  CLUSTER: "DefaultCluster",
};

test("a pulled message reads as upstream's MessageExt", (t) => {
  const message = received({ ...PROPERTIES, MIN_OFFSET: "0", MAX_OFFSET: "3" });
  const [born, stored] = [message.bornTimestamp, message.storeTimestamp];
  t.is(
    messageLine(message, "narrow 0"),
    `MSGID: ${ID} MessageExt [brokerName=broker-a, queueId=0, storeSize=244, queueOffset=0, sysFlag=0, bornTimestamp=${born}, bornHost=/127.0.0.1:45452, storeTimestamp=${stored}, storeHost=/127.0.0.1:30836, msgId=7F000001000078740000000000002C20, commitLogOffset=11296, bodyCRC=1239201882, reconsumeTimes=0, preparedTransactionOffset=0, toString()=Message{topic='pay-narrow', flag=0, properties={MSG_REGION=DefaultRegion, UNIQ_KEY=${ID}, CLUSTER=DefaultCluster, MIN_OFFSET=0, TAGS=N, KEYS=narrow-0, WAIT=true, TRACE_ON=true, MAX_OFFSET=3}, body=[110, 97, 114, 114, 111, 119, 32, 48], transactionId='null'}] BODY: narrow 0\n`,
  );
});

test("a message of a transaction carries its id", (t) => {
  const line = messageLine(received({ ...PROPERTIES, TRAN_MSG: "true" }), "");
  t.true(line.includes(`transactionId='${ID}'`));
});

test("a message that was looked up is shown line by line", (t) => {
  t.is(
    messageDetails(received(PROPERTIES), {
      withOffsetId: true,
      bodyPath: "BODIES/1",
      body: "narrow 0",
    }),
    [
      "OffsetID:            7F000001000078740000000000002C20",
      "Topic:               pay-narrow",
      "Tags:                [N]",
      "Keys:                [narrow-0]",
      "Queue ID:            0",
      "Queue Offset:        0",
      "CommitLog Offset:    11296",
      "Reconsume Times:     0",
      "Born Timestamp:      2026-11-21 16:08:51,390",
      "Store Timestamp:     2026-11-21 16:08:51,394",
      "Born Host:           127.0.0.1:45452",
      "Store Host:          127.0.0.1:30836",
      "System Flag:         0",
      `Properties:          {MSG_REGION=DefaultRegion, UNIQ_KEY=${ID}, CLUSTER=DefaultCluster, TAGS=N, KEYS=narrow-0, WAIT=true, TRACE_ON=true}`,
      "Message Body Path:   BODIES/1",
      "Message Body:        narrow 0",
      "",
    ].join("\n"),
  );
});

test("a message without tag and keys says null", (t) => {
  const text = messageDetails(received({}), { withOffsetId: false, bodyPath: "x" });
  t.true(text.includes("Tags:                [null]\nKeys:                [null]\n"));
  t.false(text.includes("OffsetID:"));
});

test("the flag of a compressed body is shown without the bit that says so", (t) => {
  const text = messageDetails(received({}, { sysFlag: 0x301 }), {
    withOffsetId: false,
    bodyPath: "x",
  });
  t.true(text.includes("System Flag:         768\n"));
});

test("the record of a message has its body as text, or in base64 when it is none", (t) => {
  t.like(messageRecord(received(PROPERTIES)), {
    messageId: ID,
    keys: ["narrow-0"],
    body: "narrow 0",
  });
  const binary = messageRecord(received({}, { storedBody: Buffer.from([0xff, 0xfe]) }));
  t.is(binary.body, undefined);
  t.is(binary.bodyBase64, "//4=");
});
