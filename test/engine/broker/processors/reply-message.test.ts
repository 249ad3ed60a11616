import test, { type ExecutionContext } from "ava";
import { decodeProperties } from "../../../../engine/message/properties.js";
import { heartBeat } from "../../../../engine/protocol/requests/heart-beat.js";
import { pullMessage } from "../../../../engine/protocol/requests/pull-message.js";
import { pushReplyMessageToClient } from "../../../../engine/protocol/requests/push-reply-message-to-client.js";
import { sendReplyMessage } from "../../../../engine/protocol/requests/send-reply-message.js";
import { sendReplyMessageV2 } from "../../../../engine/protocol/requests/send-reply-message-v2.js";
import { decodeRecords } from "../../../../engine/message/decode.js";
import { brokerFor, heartbeat, pullHeader, sendHeader } from "../harness.js";

const TOPIC = "DefaultCluster_REPLY_TOPIC";
const properties = { CORRELATION_ID: "c1", REPLY_TO_CLIENT: "asker", MSG_TYPE: "reply" };

async function start(t: ExecutionContext, config: Record<string, boolean> = {}, code = 0) {
  const broker = await brokerFor(t, { config });
  const asker = broker.connect();
  const pushed: { header: { properties?: string | undefined }; text: string }[] = [];
  asker.dispatcher.register(pushReplyMessageToClient, ({ header, body }) => {
    pushed.push({ header, text: body.toString() });
    return { code };
  });
  await asker.call(heartBeat, {}, { content: heartbeat("asker", []) });
  const client = broker.connect();
  const body = Buffer.from("answer");
  const reply = (given: Record<string, string> = properties, other: object = {}) =>
    client.call(sendReplyMessageV2, sendHeader(TOPIC, given, other), { body });
  const stored = async () => {
    const found = await client.call(pullMessage, pullHeader(TOPIC));
    return found.body === undefined ? [] : decodeRecords(found.body);
  };
  return { broker, asker, client, pushed, reply, stored };
}

test("a reply is pushed to the client that asked and kept in the reply topic", async (t) => {
  const { client, pushed, reply, stored, broker } = await start(t);
  const answer = await reply(properties, { flag: 3 });
  t.is(answer.code, 0);
  t.deepEqual([answer.header.queueId, answer.header.queueOffset], [0, 0]);
  t.is(answer.header.msgId.length, 32);
  t.is(answer.extFields.MSG_REGION, "DefaultRegion");
  const [push] = pushed;
  t.is(push?.text, "answer");
  t.like(push?.header, { topic: TOPIC, queueId: 0, flag: 3, storeHost: broker.address });
  const { PUSH_REPLY_TIME, ...others } = Object.fromEntries(
    decodeProperties(push?.header.properties ?? ""),
  );
  t.regex(PUSH_REPLY_TIME ?? "", /^\d{13}$/);
  t.deepEqual(others, properties);
  const [message] = await stored();
  t.is(message?.body.toString(), "answer");
  t.deepEqual(Object.fromEntries(message?.properties ?? []), properties);
  const first = await client.call(sendReplyMessage, sendHeader(TOPIC, properties), {
    body: Buffer.from("answer"),
  });
  t.is(first.code, 0);
  t.is(pushed.length, 2);
});

test("replies are not kept when the broker is told so", async (t) => {
  const { reply, stored, pushed } = await start(t, { storeReplyMessageEnable: false });
  t.like((await reply()).header, { msgId: "0", queueId: 0, queueOffset: 0 });
  t.is(pushed.length, 1);
  t.deepEqual(await stored(), []);
});

test("a reply that cannot be handed over is answered with the reason", async (t) => {
  const { reply } = await start(t, {}, 1);
  const text = async (given: Record<string, string>) => {
    const { code, remark } = await reply(given);
    return `${code} ${remark ?? ""}`;
  };
  t.is(await text({}), "1 reply message properties[REPLY_TO_CLIENT] is null");
  t.is(
    await text({ REPLY_TO_CLIENT: "gone" }),
    "1 push reply message fail, channel of <gone> not found.",
  );
  t.is(await text(properties), "1 push reply message to askerfail.");
  const elsewhere = await reply(properties, { topic: "no such topic" });
  t.is(elsewhere.code, 29);
  t.is((await reply(properties, { queueId: 9 })).code, 29);
});
