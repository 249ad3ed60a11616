import test from "ava";
import { defaultSubscriptionGroup } from "../../../../engine/protocol/bodies/subscription-group-config.js";
import { deleteSubscriptiongroup } from "../../../../engine/protocol/requests/delete-subscriptiongroup.js";
import { getAllSubscriptiongroupConfig } from "../../../../engine/protocol/requests/get-all-subscriptiongroup-config.js";
import { getSubscriptiongroupConfig } from "../../../../engine/protocol/requests/get-subscriptiongroup-config.js";
import { queryTopicsByConsumer } from "../../../../engine/protocol/requests/query-topics-by-consumer.js";
import { updateAndCreateSubscriptiongroup } from "../../../../engine/protocol/requests/update-and-create-subscriptiongroup.js";
import { updateAndCreateSubscriptiongroupList } from "../../../../engine/protocol/requests/update-and-create-subscriptiongroup-list.js";
import { updateAndGetGroupForbidden } from "../../../../engine/protocol/requests/update-and-get-group-forbidden.js";
import { setup } from "./support.js";

const noAutoCreate = { config: { autoCreateSubscriptionGroup: false } };

test("a group is created, changed, shown and deleted", async (t) => {
  const { call, refusal } = await setup(t, noAutoCreate);
  const content = {
    ...defaultSubscriptionGroup("billing"),
    retryMaxTimes: 3,
    consumeBroadcastEnable: false,
  };
  await call(updateAndCreateSubscriptiongroup, {}, { content });
  t.deepEqual((await call(getSubscriptiongroupConfig, { group: "billing" })).content(), content);
  await call(
    updateAndCreateSubscriptiongroup,
    {},
    { content: { ...content, consumeEnable: false } },
  );
  const all = (await call(getAllSubscriptiongroupConfig, {})).content();
  t.false(all.subscriptionGroupTable.get("billing")?.consumeEnable);
  t.true(all.subscriptionGroupTable.has("TOOLS_CONSUMER"));
  await call(deleteSubscriptiongroup, { groupName: "billing" });
  t.deepEqual(await refusal(getSubscriptiongroupConfig, { group: "billing" }), [
    26,
    "No group in this broker",
  ]);
});

test("looking for an unknown group makes it where groups are created automatically", async (t) => {
  const { call } = await setup(t);
  t.is((await call(getSubscriptiongroupConfig, { group: "new" })).content().retryMaxTimes, 16);
});

test("several groups are created at once", async (t) => {
  const { call } = await setup(t, noAutoCreate);
  const groupConfigList = ["one", "two"].map((group) => defaultSubscriptionGroup(group));
  await call(updateAndCreateSubscriptiongroupList, {}, { content: { groupConfigList } });
  t.is((await call(getSubscriptiongroupConfig, { group: "two" })).content().groupName, "two");
});

test("a blank name, illegal characters and attributes are refused", async (t) => {
  const { refusal } = await setup(t);
  const create = (given: object) =>
    refusal(
      updateAndCreateSubscriptiongroup,
      {},
      { content: { ...defaultSubscriptionGroup("g"), ...given } },
    );
  t.is((await create({ groupName: "" }))[0], 29);
  t.is((await create({ groupName: "a b" }))[0], 29);
  t.deepEqual(await create({ attributes: { "+a": "1" } }), [1, "unsupported key: a"]);
});

test("deleting an unknown group succeeds; offsets go only when asked", async (t) => {
  const { call, commit, topic } = await setup(t);
  await topic("orders");
  await commit("billing", "orders", 5);
  const topics = async () =>
    (await call(queryTopicsByConsumer, { group: "billing" })).content().topicList;
  await call(deleteSubscriptiongroup, { groupName: "billing" });
  t.deepEqual(await topics(), ["orders"]);
  await call(deleteSubscriptiongroup, { groupName: "billing", cleanOffset: true });
  t.deepEqual(await topics(), []);
});

test("a group is forbidden to read a topic and allowed again", async (t) => {
  const { call } = await setup(t);
  const asked = { group: "billing", topic: "orders" };
  const readable = async (header: object) =>
    (await call(updateAndGetGroupForbidden, { ...asked, ...header })).content().readable;
  t.true(await readable({}));
  t.false(await readable({ readable: false }));
  t.false(await readable({}));
  t.true((await call(getAllSubscriptiongroupConfig, {})).content().forbiddenTable.has("billing"));
  t.true(await readable({ readable: true }));
});
