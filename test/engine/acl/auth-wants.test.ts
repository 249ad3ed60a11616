import test from "ava";
import { wantedBy } from "../../../engine/acl/auth-wants.js";
import { requestCodes } from "../../../engine/protocol/request-codes.js";

function wants(code: number, extFields: Record<string, string> = {}, body?: object): string[] {
  const command = {
    code,
    language: "JAVA",
    version: 479,
    opaque: 1,
    flag: 0,
    remark: undefined,
    extFields,
    body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
    serializeType: 0 as const,
  };
  return wantedBy(command, "c").map(
    ({ resource, actions }) => `${resource.type}:${resource.name} ${actions.join()}`,
  );
}

test("a retry topic stands for its group", (t) => {
  t.deepEqual(wants(310, { a: "g", b: "%RETRY%g" }), ["Group:g Sub"]);
  t.deepEqual(wants(310, { a: "g", b: "T" }), ["Topic:T Pub"]);
  t.deepEqual(wants(11, { topic: "%RETRY%g", consumerGroup: "g" }), ["Group:g Sub"]);
  t.deepEqual(wants(30, { topic: "%RETRY%g" }), ["Group:g Get"]);
});

test("bodies are looked into", (t) => {
  const queues = [{ topic: "T", brokerName: "b", queueId: 0 }];
  t.deepEqual(wants(41, {}, { consumerGroup: "g", mqSet: queues }), ["Group:g Sub", "Topic:T Sub"]);
  t.deepEqual(wants(400, {}, { topic: "T", consumerGroup: "g" }), ["Topic:T Sub", "Group:g Sub"]);
  t.deepEqual(wants(200151, {}, { acks: [{ c: "g", t: "T" }] }), ["Topic:T Sub", "Group:g Sub"]);
  t.deepEqual(wants(200, {}, { groupName: "g" }), ["Group:g Update"]);
  t.deepEqual(wants(225, {}, { groupConfigList: [{ groupName: "g" }, { groupName: "h" }] }), [
    "Group:g Update",
    "Group:h Update",
  ]);
});

test("no request of a tool passes for naming nothing", (t) => {
  // the rest comes from clients that may have nothing to name, and says so in its body
  const withBody = new Set([18, 41, 42, 200, 225, 400, 200151]);
  const free = requestCodes
    .filter(({ code, life }) => life === "live" && !withBody.has(code))
    .filter(({ code }) => wants(code).length === 0)
    .map(({ name }) => name);
  t.deepEqual(free, [
    "HEART_BEAT",
    "UNREGISTER_CLIENT",
    "END_TRANSACTION",
    "GET_CONSUMER_LIST_BY_GROUP",
    "CHECK_CLIENT_CONFIG",
  ]);
});
