import test, { type ExecutionContext } from "ava";
import type { HeartbeatData } from "../../../../engine/protocol/bodies/heartbeat-data.js";
import { checkClientConfig } from "../../../../engine/protocol/requests/check-client-config.js";
import { getConsumerListByGroup } from "../../../../engine/protocol/requests/get-consumer-list-by-group.js";
import { getTopicConfig } from "../../../../engine/protocol/requests/get-topic-config.js";
import { heartBeat } from "../../../../engine/protocol/requests/heart-beat.js";
import { lockBatchMq } from "../../../../engine/protocol/requests/lock-batch-mq.js";
import { notifyConsumerIdsChanged } from "../../../../engine/protocol/requests/notify-consumer-ids-changed.js";
import { unlockBatchMq } from "../../../../engine/protocol/requests/unlock-batch-mq.js";
import { unregisterClient } from "../../../../engine/protocol/requests/unregister-client.js";
import { brokerFor, heartbeat, subscription } from "../harness.js";

type TestBroker = Awaited<ReturnType<typeof brokerFor>>;

/** A consumer that notes when its group changed. */
function consumer(t: ExecutionContext, broker: TestBroker, clientId: string) {
  const client = broker.connect();
  const notes: string[] = [];
  let wake: (() => void) | undefined;
  client.dispatcher.register(notifyConsumerIdsChanged, ({ header }) => {
    notes.push(header.consumerGroup);
    wake?.();
    return {};
  });
  return {
    ...client,
    beat: (consumers: object[] = [{}], other: Partial<HeartbeatData> = {}) =>
      client.call(heartBeat, {}, { content: heartbeat(clientId, consumers, other) }),
    /** Resolves when so many notices have come in all. */
    noticed: async (count: number) => {
      while (notes.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return notes;
    },
    members: async () => {
      const answer = await client.call(getConsumerListByGroup, { consumerGroup: "consumers" });
      return answer.code === 0 ? answer.content().consumerIdList.sort() : answer.remark;
    },
  };
}

test("members of a group are told when one comes, leaves or is lost", async (t) => {
  const broker = await brokerFor(t);
  const [a, b, c] = ["a", "b", "c"].map((id) => consumer(t, broker, id)) as [
    ReturnType<typeof consumer>,
    ReturnType<typeof consumer>,
    ReturnType<typeof consumer>,
  ];
  t.is(await a.members(), "no consumer for this group, consumers");
  await a.beat();
  await a.noticed(1);
  await b.beat();
  await Promise.all([a.noticed(2), b.noticed(1)]);
  await c.beat();
  t.deepEqual(await a.members(), ["a", "b", "c"]);
  await a.beat();
  t.is((await b.call(unregisterClient, { clientID: "b", consumerGroup: "consumers" })).code, 0);
  await a.noticed(4);
  t.deepEqual(await a.members(), ["a", "c"]);
  await c.stop();
  await a.noticed(5);
  t.deepEqual(await a.members(), ["a"]);
});

test("a new subscription is told to the members, a broadcasting group and one with notices off are not", async (t) => {
  const broker = await brokerFor(t);
  const a = consumer(t, broker, "a");
  await a.beat([{}, { groupName: "broadcast", messageModel: "BROADCASTING" }]);
  await a.beat([{ subscriptionDataSet: [subscription("T"), subscription("U")] }]);
  t.deepEqual(await a.noticed(2), ["consumers", "consumers"]);
});

test("a heartbeat makes the retry topic of a group and is answered with what V2 clients need", async (t) => {
  const broker = await brokerFor(t);
  const a = consumer(t, broker, "a");
  t.like((await a.beat()).header, { isSupportHeartBeatV2: true, isSubChange: true });
  const retry = await a.call(getTopicConfig, { topic: "%RETRY%consumers" });
  t.like(retry.content(), { readQueueNums: 1, writeQueueNums: 1, perm: 6 });
  t.is((await a.beat([{}], { heartbeatFingerprint: 5 })).header.isSubChange, true);
  t.is((await a.beat([{}], { heartbeatFingerprint: 5 })).header.isSubChange, false);
  const withoutSub = { heartbeatFingerprint: 5, withoutSub: true };
  t.is((await a.beat([{ subscriptionDataSet: [] }], withoutSub)).header.isSubChange, false);
  t.is((await a.beat([{}], { heartbeatFingerprint: 6 })).header.isSubChange, true);
});

test("a group that may not be made is passed over without an error", async (t) => {
  const broker = await brokerFor(t, { config: { autoCreateSubscriptionGroup: false } });
  const a = consumer(t, broker, "a");
  t.is((await a.beat()).code, 0);
  t.is(await a.members(), "no consumer for this group, consumers");
});

test("queues are locked for one client of a group", async (t) => {
  const client = (await brokerFor(t)).connect();
  const mqSet = [0, 1].map((queueId) => ({ topic: "T", brokerName: "broker-a", queueId }));
  const lock = async (clientId: string) => {
    const content = { clientId, consumerGroup: "g", mqSet, onlyThisBroker: false };
    return (await client.call(lockBatchMq, {}, { content })).content().lockOKMQSet;
  };
  t.deepEqual(await lock("a"), mqSet);
  t.deepEqual(await lock("b"), []);
  const content = {
    clientId: "a",
    consumerGroup: "g",
    mqSet: mqSet.slice(1),
    onlyThisBroker: false,
  };
  t.is((await client.call(unlockBatchMq, {}, { content })).code, 0);
  t.deepEqual(await lock("b"), mqSet.slice(1));
});

test("a subscription by SQL is refused before it is used", async (t) => {
  const client = (await brokerFor(t)).connect();
  const check = (expressionType: string) => {
    const subscriptionData = subscription("T", { expressionType, subString: "a > 1" });
    return client.call(
      checkClientConfig,
      {},
      { content: { clientId: "a", group: "g", subscriptionData } },
    );
  };
  t.is((await check("TAG")).code, 0);
  t.like(await check("SQL92"), {
    code: 1,
    remark: "The broker does not support consumer to filter message by SQL92",
  });
});
