import { readFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { signatureOf } from "../../../engine/acl/signature.js";
import type { PolicyEntryInfo } from "../../../engine/protocol/bodies/auth-info.js";
import type { RemotingCommand } from "../../../engine/protocol/remoting-command.js";
import { authCreateAcl } from "../../../engine/protocol/requests/auth-create-acl.js";
import { authCreateUser } from "../../../engine/protocol/requests/auth-create-user.js";
import { authDeleteAcl } from "../../../engine/protocol/requests/auth-delete-acl.js";
import { authDeleteUser } from "../../../engine/protocol/requests/auth-delete-user.js";
import { authGetAcl } from "../../../engine/protocol/requests/auth-get-acl.js";
import { authGetUser } from "../../../engine/protocol/requests/auth-get-user.js";
import { authListAcl } from "../../../engine/protocol/requests/auth-list-acl.js";
import { authListUser } from "../../../engine/protocol/requests/auth-list-user.js";
import { authUpdateUser } from "../../../engine/protocol/requests/auth-update-user.js";
import { getBrokerConfig } from "../../../engine/protocol/requests/get-broker-config.js";
import { getMaxOffset } from "../../../engine/protocol/requests/get-max-offset.js";
import { heartBeat } from "../../../engine/protocol/requests/heart-beat.js";
import { pullMessage } from "../../../engine/protocol/requests/pull-message.js";
import { updateBrokerConfig } from "../../../engine/protocol/requests/update-broker-config.js";
import { updateAndCreateTopicList } from "../../../engine/protocol/requests/update-and-create-topic-list.js";
import { brokerFor, clientOf, heartbeat, pullHeader, temporaryFolder } from "./harness.js";

function as(accessKey: string, secretKey: string) {
  return (command: RemotingCommand): void => {
    command.extFields["AccessKey"] = accessKey;
    command.extFields["Signature"] = signatureOf(command, secretKey);
  };
}

const ON = {
  authenticationEnabled: true,
  authorizationEnabled: true,
  initAuthenticationUser: '{"username":"root","password":"root-password"}',
};

async function guarded(t: ExecutionContext, config: object = {}) {
  const storeDir = temporaryFolder(t);
  const start = () => brokerFor(t, { storeDir, config: { ...ON, ...config } });
  const broker = await start();
  const user = (name: string, password: string, address = broker.address) =>
    clientOf(t, address, { sign: as(name, password) });
  const root = user("root", "root-password");
  const create = (username: string, password = "password", other: object = {}) =>
    root.call(authCreateUser, { username }, { content: { username, password, ...other } });
  const allow = (username: string, entry: Partial<PolicyEntryInfo>, policyType = "Custom") =>
    root.call(
      authCreateAcl,
      { subject: `User:${username}` },
      {
        content: {
          subject: `User:${username}`,
          policies: [
            {
              policyType,
              entries: [{ actions: [], sourceIps: [], decision: "Allow", ...entry }],
            },
          ],
        },
      },
    );
  return { broker, start, storeDir, user, root, create, allow };
}

test("nobody is served without a user, with an unknown one or with a wrong signature, on both ports", async (t) => {
  const { broker, user } = await guarded(t);
  for (const address of [broker.address, `127.0.0.1:${broker.fastPort}`]) {
    t.like(await clientOf(t, address).send("T"), { code: 16, remark: "username cannot be null." });
    t.like(await user("eve", "x", address).send("T"), {
      code: 16,
      remark: "User:eve is not found.",
    });
    t.like(await user("root", "guess", address).send("T"), {
      code: 16,
      remark: "check signature failed.",
    });
  }
});

test("a normal user may do what rules allow, a super user everything", async (t) => {
  const { root, user, create, allow } = await guarded(t);
  t.is((await create("alice")).code, 0);
  const alice = user("alice", "password");
  t.like(await alice.send("orders"), {
    code: 16,
    remark:
      "User:alice has no permission to access Topic:orders from 127.0.0.1, no matched policies.",
  });
  t.is((await allow("alice", { resource: "Topic:ord*", actions: ["Pub"] })).code, 0);
  t.is((await alice.send("orders")).code, 0);
  t.is((await alice.call(pullMessage, pullHeader("orders"))).code, 16);
  t.is((await alice.call(getMaxOffset, { topic: "orders", queueId: 0, committed: true })).code, 16);
  await allow("alice", { resource: "Topic:orders", actions: ["Sub", "Get"] });
  await allow("alice", { resource: "Group:consumers", actions: ["Sub"] });
  t.is((await alice.call(pullMessage, pullHeader("orders"))).code, 0);
  t.is(
    (await alice.call(pullMessage, pullHeader("orders", { consumerGroup: "thieves" }))).code,
    16,
  );
  t.is((await root.call(pullMessage, pullHeader("orders"))).code, 0);
  const beat = (groupName: string) =>
    alice.call(
      heartBeat,
      {},
      {
        content: heartbeat("c", [{ groupName, subscriptionDataSet: [] }]),
      },
    );
  t.is((await beat("consumers")).code, 0);
  t.is((await beat("thieves")).code, 16);
});

test("the cluster is changed by those who may, and lists of topics are checked one by one", async (t) => {
  const { user, create, allow } = await guarded(t);
  await create("bob");
  const bob = user("bob", "password");
  const change = () => bob.call(updateBrokerConfig, {}, { body: Buffer.from("x=1") });
  await allow("bob", { resource: "Cluster:DefaultCluster", actions: ["Get"] });
  t.is((await bob.call(getBrokerConfig, {})).code, 0);
  t.is((await change()).code, 16);
  await allow("bob", { resource: "Cluster:*", actions: ["Update"] });
  t.is((await change()).code, 0);
  const topic = { readQueueNums: 1, writeQueueNums: 1, perm: 6, topicFilterType: "SINGLE_TAG" };
  const made = (...names: string[]) =>
    bob.call(
      updateAndCreateTopicList,
      {},
      {
        body: Buffer.from(
          JSON.stringify({ topicConfigList: names.map((topicName) => ({ ...topic, topicName })) }),
        ),
      },
    );
  await allow("bob", { resource: "Topic:mine", actions: ["Create"] });
  t.is((await made("mine", "yours")).code, 16);
  t.is((await made("mine")).code, 0);
});

test("the more specific rule wins, then the one that allows, and the user's own before the default", async (t) => {
  const { user, create, allow } = await guarded(t);
  await create("carol");
  const carol = user("carol", "password");
  const code = async (topic: string) => (await carol.send(topic)).code;
  await allow("carol", { resource: "*", actions: ["All"] });
  t.is(await code("orders"), 0);
  await allow("carol", { resource: "Topic:*", actions: ["Pub"], decision: "Deny" });
  t.like(await carol.send("orders"), {
    remark:
      "User:carol has no permission to access Topic:orders from 127.0.0.1, the decision is deny.",
  });
  await allow("carol", { resource: "Topic:or*", actions: ["Pub"] });
  t.is(await code("orders"), 0);
  await allow("carol", { resource: "Topic:order*", actions: ["Pub"], decision: "Deny" });
  t.is(await code("orders"), 16);
  await allow("carol", { resource: "Topic:orders", actions: ["Pub"] });
  t.is(await code("orders"), 0);
  await allow("carol", { resource: "Topic:others", actions: ["Pub"] }, "Default");
  t.is(await code("others"), 16);
});

test("a rule may hold for some addresses only", async (t) => {
  const { user, create, allow } = await guarded(t);
  await create("dave");
  const entry = { resource: "Topic:T", actions: ["Pub"] };
  await allow("dave", { ...entry, sourceIps: ["10.0.0.0/8", "::1"] });
  t.is((await user("dave", "password").send("T")).code, 16);
  await allow("dave", { ...entry, sourceIps: ["10.0.0.0/8", "127.0.0.0/24"] });
  t.is((await user("dave", "password").send("T")).code, 0);
});

test("users are shown, changed, disabled and deleted with their rules", async (t) => {
  const { root, user, create, allow } = await guarded(t);
  t.is((await create("alice")).code, 0);
  t.like(await create("alice"), { code: 16, remark: "The user is existed" });
  t.like(await create(" "), { code: 29, remark: "The username is blank" });
  t.like(await create("x", ""), { code: 16, remark: "password can not be blank" });
  const shown = (await root.call(authGetUser, { username: "alice" })).content();
  t.deepEqual(
    { ...shown },
    { username: "alice", password: "password", userType: "Normal", userStatus: "enable" },
  );
  t.is((await root.call(authGetUser, { username: "nobody" })).body, undefined);
  await allow("alice", { resource: "Topic:T", actions: ["Pub"] });
  const update = (content: object) => root.call(authUpdateUser, { username: "alice" }, { content });
  t.is((await update({ userStatus: "disable" })).code, 0);
  t.is((await user("alice", "password").send("T")).remark, "User:alice is disabled.");
  await update({ userStatus: "enable", password: "new-password" });
  t.is((await user("alice", "new-password").send("T")).code, 0);
  const names = (await root.call(authListUser, {})).content().map(({ username }) => username);
  t.deepEqual(names, ["root", "alice"]);
  t.is((await root.call(authDeleteUser, { username: "alice" })).code, 0);
  t.is((await root.call(authListAcl, {})).body, undefined);
  t.like(await root.call(authUpdateUser, { username: "alice" }, { content: {} }), {
    code: 16,
    remark: "The user is not exist",
  });
});

test("only a super user makes, changes or deletes a super user", async (t) => {
  const { user, create, allow } = await guarded(t);
  await create("admin");
  await allow("admin", { resource: "Cluster:*", actions: ["All"] });
  const admin = user("admin", "password");
  const by = (definition: typeof authCreateUser, username: string, userType?: string) =>
    admin.call(definition, { username }, { content: { password: "secret", userType } });
  t.like(await by(authCreateUser, "mallory", "Super"), {
    code: 1,
    remark: "The super user can only be create by super user",
  });
  t.is((await by(authUpdateUser, "admin", "Super")).code, 1);
  t.is((await by(authUpdateUser, "root")).code, 16);
  t.is((await admin.call(authDeleteUser, { username: "root" })).code, 16);
  t.is((await by(authCreateUser, "helper", "Normal")).code, 0);
});

test("rules are merged by resource, shown, and deleted one by one or altogether", async (t) => {
  const { root, create, allow } = await guarded(t);
  await create("alice");
  const subject = "User:alice";
  await allow("alice", { resource: "Topic:a", actions: ["pub"] });
  await allow("alice", { resource: "Topic:b", actions: ["Sub"] });
  await allow("alice", { resource: "Topic:a", actions: ["Pub", "Sub"] });
  const entries = async () =>
    (await root.call(authGetAcl, { subject }))
      .content()
      .policies.flatMap((policy) =>
        policy.entries.map((one) => `${one.resource} ${one.actions.join()}`),
      );
  t.deepEqual(await entries(), ["Topic:a Pub,Sub", "Topic:b Sub"]);
  await root.call(authDeleteAcl, { subject, resource: "Topic:a" });
  t.deepEqual(await entries(), ["Topic:b Sub"]);
  t.is((await root.call(authDeleteAcl, { subject })).code, 0);
  t.like(await root.call(authDeleteAcl, { subject }), { remark: "The acl is not exist." });
  t.like(await root.call(authGetAcl, { subject: "User:x" }), {
    code: 16,
    remark: "The subject is not exist.",
  });
});

test("rules that cannot be are refused", async (t) => {
  const { create, allow } = await guarded(t);
  await create("alice");
  const good = { resource: "Topic:a", actions: ["Pub"] };
  const cases: [Partial<PolicyEntryInfo>, string][] = [
    [{ ...good, resource: "Queue:a" }, "The resource is null."],
    [{ ...good, actions: [] }, "The actions is empty."],
    [{ ...good, actions: ["Any"] }, "The actions can not be Any."],
    [{ ...good, sourceIps: ["10.0.0.300"] }, "The source ip is invalid."],
    [{ ...good, decision: "Maybe" }, "The decision is null or illegal."],
  ];
  for (const [entry, remark] of cases) t.like(await allow("alice", entry), { code: 16, remark });
  t.like(await allow("nobody", good), {
    code: 16,
    remark: "The subject of User:nobody is not exist.",
  });
});

test("users and rules are there after a restart", async (t) => {
  const { broker, start, storeDir, user, create, allow } = await guarded(t);
  await create("alice");
  await allow("alice", { resource: "Topic:T", actions: ["Pub"] });
  await broker.stop();
  const again = await start();
  t.is((await user("alice", "password", again.address).send("T")).code, 0);
  const file = JSON.parse(readFileSync(join(storeDir, "config", "auth.json"), "utf8")) as object;
  t.deepEqual(Object.keys(file), ["users", "acls"]);
});

test("requests on a white list are not checked", async (t) => {
  const { broker } = await guarded(t, {
    authenticationWhitelist: "26",
    authorizationWhitelist: "26, 28",
  });
  const nobody = clientOf(t, broker.address);
  t.is((await nobody.call(getBrokerConfig, {})).code, 0);
  t.is((await nobody.send("T")).code, 16);
});

test("a broker without users says that it has none", async (t) => {
  const broker = await brokerFor(t);
  t.like(await broker.connect().call(authListUser, {}), {
    code: 1,
    remark: "An system error occurred, please try again later.",
  });
});

test("a broker does not start with a first user that is none, or a provider it does not have", async (t) => {
  await t.throwsAsync(guarded(t, { initAuthenticationUser: "root" }), {
    message: "initAuthenticationUser is no JSON object with username and password",
  });
  await t.throwsAsync(guarded(t, { authenticationMetadataProvider: "com.example.Ldap" }), {
    message: /classes are not loaded by this broker/,
  });
});
