import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { getAllMessageRequestMode } from "../../../../../engine/protocol/requests/get-all-message-request-mode.js";
import { heartBeat } from "../../../../../engine/protocol/requests/heart-beat.js";
import { peekMessage } from "../../../../../engine/protocol/requests/peek-message.js";
import { pollingInfo } from "../../../../../engine/protocol/requests/polling-info.js";
import { queryAssignment } from "../../../../../engine/protocol/requests/query-assignment.js";
import { setMessageRequestMode } from "../../../../../engine/protocol/requests/set-message-request-mode.js";
import { heartbeat } from "../../harness.js";
import { popBroker, poppedOf, texts } from "../../pop-harness.js";

const asked = (clientId: string, other: object = {}) => ({
  clientId,
  consumerGroup: "consumers",
  messageModel: "CLUSTERING" as const,
  strategyName: "AVG",
  topic: "T",
  ...other,
});

test("queues are shared by the members of a group, or popped by all of them", async (t) => {
  const { client, broker } = await popBroker(t);
  await client.send("T");
  const ids = ["a", "b", "c", "d"];
  for (const id of ids) {
    await broker.connect().call(heartBeat, {}, { content: heartbeat(id, [{}]) });
  }
  const assigned = async (id: string, other: object = {}) => {
    const answer = await client.call(queryAssignment, {}, { content: asked(id, other) });
    return answer
      .content()
      .messageQueueAssignments.map(({ mode, messageQueue }) => [mode, messageQueue?.queueId]);
  };
  t.deepEqual(await assigned("b"), [["PULL", 1]]);
  t.deepEqual(await assigned("none"), []);
  t.deepEqual(await assigned("a", { topic: "unknown" }), []);
  const set = (popShareQueueNum: number) =>
    client.call(
      setMessageRequestMode,
      {},
      {
        content: { topic: "T", consumerGroup: "consumers", mode: "POP" as const, popShareQueueNum },
      },
    );
  t.like(await set(0), { code: 0 });
  t.deepEqual(await assigned("b"), [["POP", -1]]);
  t.like(await set(1), { code: 0 });
  t.deepEqual(await assigned("d"), [
    ["POP", 3],
    ["POP", 0],
  ]);
});

test("a request mode is kept, shown and refused where it makes no sense", async (t) => {
  const { client, broker, storeDir } = await popBroker(t, { autoCreateSubscriptionGroup: false });
  await client.send("T");
  const mode = { topic: "T", consumerGroup: "TOOLS_CONSUMER", mode: "POP" as const };
  const set = (other: object) =>
    client.call(
      setMessageRequestMode,
      {},
      {
        content: { ...mode, popShareQueueNum: 8, ...other },
      },
    );
  t.like(await set({ topic: "%RETRY%g" }), {
    code: 16,
    remark: "retry topic is not allowed to set mode",
  });
  t.like(await set({ topic: "none" }), { code: 17, remark: "topic[none] not exist" });
  t.like(await set({ consumerGroup: "none" }), {
    code: 26,
    remark: "subscription group does not exist",
  });
  t.like(await set({}), { code: 0 });
  const all = (await client.call(getAllMessageRequestMode, {})).content();
  t.like(all.messageRequestModeMap.get("T")?.get("TOOLS_CONSUMER"), {
    mode: "POP",
    popShareQueueNum: 8,
  });
  await broker.stop();
  const file = readFileSync(join(storeDir, "config/messageRequestMode.json"), "utf8");
  t.is(
    file.replace(/\s/g, ""),
    '{"messageRequestModeMap":{"T":{"TOOLS_CONSUMER":{"consumerGroup":"TOOLS_CONSUMER","mode":"POP","popShareQueueNum":8,"topic":"T"}}}}',
  );
});

test("a peek takes nothing out", async (t) => {
  const { client } = await popBroker(t);
  const header = { consumerGroup: "g", topic: "T", queueId: -1, maxMsgNums: 8 };
  t.like(await client.call(peekMessage, header), { code: 17 });
  for (const body of ["a", "b"]) await client.send("T", { body });
  for (let round = 0; round < 2; round++) {
    const peeked = await client.call(peekMessage, header);
    t.like(peeked, { code: 0, remark: "FOUND" });
    t.is(peeked.header.restNum, 2);
    t.deepEqual(texts(poppedOf(peeked.header, peeked.body)), ["a", "b"]);
  }
  t.deepEqual(texts(await client.take()), ["a", "b"]);
  t.like(await client.call(peekMessage, header), { code: 19 });
});

test("one can ask how many pops wait", async (t) => {
  const { client, clock } = await popBroker(t);
  await client.send("T");
  await client.take({ invisibleTime: 600_000 });
  const waiting = client.pop({ pollTime: 5000 });
  await client.send("Other");
  const info = await client.call(pollingInfo, { consumerGroup: "g", topic: "T", queueId: -1 });
  t.is(info.header.pollingNum, 1);
  await clock.advance(5000);
  await waiting;
});
