import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { signatureOf } from "../../../engine/acl/signature.js";
import { readYaml } from "../../../engine/acl/yaml.js";
import { ManualClock } from "../../../engine/base/clock.js";
import type { RemotingCommand } from "../../../engine/protocol/remoting-command.js";
import { deleteAclConfig } from "../../../engine/protocol/requests/delete-acl-config.js";
import { getBrokerClusterAclConfig } from "../../../engine/protocol/requests/get-broker-cluster-acl-config.js";
import { getBrokerClusterAclInfo } from "../../../engine/protocol/requests/get-broker-cluster-acl-info.js";
import { getBrokerConfig } from "../../../engine/protocol/requests/get-broker-config.js";
import { heartBeat } from "../../../engine/protocol/requests/heart-beat.js";
import { pullMessage } from "../../../engine/protocol/requests/pull-message.js";
import { updateAndCreateAclConfig } from "../../../engine/protocol/requests/update-and-create-acl-config.js";
import { updateBrokerConfig } from "../../../engine/protocol/requests/update-broker-config.js";
import { updateGlobalWhiteAddrsConfig } from "../../../engine/protocol/requests/update-global-white-addrs-config.js";
import {
  brokerFor,
  clientOf,
  heartbeat,
  pullHeader,
  subscription,
  temporaryFolder,
} from "./harness.js";

const RULES = `
globalWhiteRemoteAddresses: []
accounts:
  - accessKey: producer1
    secretKey: 12345678
    defaultTopicPerm: DENY
    topicPerms: [orders=PUB, secrets=DENY]
  - accessKey: consumer1
    secretKey: consumer-secret
    defaultGroupPerm: DENY
    topicPerms: [orders=SUB]
    groupPerms: [consumers=SUB]
  - accessKey: RocketMQ
    secretKey: admin-secret
    admin: true
`;
const PREFIX = "org.apache.rocketmq.acl.common.AclException: ";

/** Signs as an account does. */
function as(accessKey: string, secretKey: string) {
  return (command: RemotingCommand): void => {
    command.extFields["AccessKey"] = accessKey;
    command.extFields["Signature"] = signatureOf(command, secretKey);
  };
}

async function guarded(t: ExecutionContext, rules = RULES, clock?: ManualClock) {
  const home = temporaryFolder(t);
  const file = join(home, "conf", "plain_acl.yml");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, rules);
  const config = {
    aclEnable: true,
    rocketmqHome: home,
    ...(clock !== undefined && { serverChannelMaxIdleTimeSeconds: 1_000_000 }),
  };
  const broker = await brokerFor(t, { config, ...(clock !== undefined && { clock }) });
  const account = (accessKey: string, secretKey: string) =>
    clientOf(t, broker.address, { sign: as(accessKey, secretKey) });
  return { broker, home, file, account, admin: account("RocketMQ", "admin-secret") };
}

test("an account sends and reads what it is allowed to, and nothing else", async (t) => {
  const { account } = await guarded(t);
  const producer = account("producer1", "12345678");
  const consumer = account("consumer1", "consumer-secret");
  t.is((await producer.send("orders")).code, 0);
  t.like(await producer.send("secrets"), {
    code: 1,
    remark: `${PREFIX}No permission for topic:secrets`,
  });
  t.like(await producer.send("others"), {
    code: 1,
    remark: `${PREFIX}No default permission for topic:others`,
  });
  t.like(await producer.call(pullMessage, pullHeader("orders")), {
    code: 1,
    remark: `${PREFIX}No permission for topic:orders`,
  });
  t.is((await consumer.send("orders")).code, 1);
  t.is((await consumer.call(pullMessage, pullHeader("orders"))).code, 0);
  t.like(await consumer.call(pullMessage, pullHeader("orders", { consumerGroup: "thieves" })), {
    code: 1,
    remark: `${PREFIX}No default permission for group:thieves`,
  });
});

test("a heartbeat needs every group and topic in it", async (t) => {
  const { account } = await guarded(t);
  const consumer = account("consumer1", "consumer-secret");
  const beat = (topics: string[], groupName = "consumers") =>
    consumer.call(
      heartBeat,
      {},
      {
        content: heartbeat("c", [
          { groupName, subscriptionDataSet: topics.map((topic) => subscription(topic)) },
        ]),
      },
    );
  t.is((await beat(["orders", "%RETRY%consumers"])).code, 0);
  t.is((await beat(["orders", "secrets"])).code, 1);
  t.is((await beat(["orders"], "thieves")).code, 1);
});

test("nobody is served without account, with an unknown one or with a wrong signature, on both ports", async (t) => {
  const { broker, account } = await guarded(t);
  for (const address of [broker.address, `127.0.0.1:${broker.fastPort}`]) {
    const nobody = clientOf(t, address);
    t.like(await nobody.send("orders"), { code: 1, remark: `${PREFIX}No accessKey is configured` });
    t.is((await nobody.call(getBrokerConfig, {})).code, 1);
  }
  t.is(
    (await account("stranger", "12345678").send("orders")).remark,
    `${PREFIX}No acl config for stranger`,
  );
  t.is(
    (await account("producer1", "123456789").send("orders")).remark,
    `${PREFIX}Check signature failed for accessKey=producer1`,
  );
});

test("administration is for administrators, who may do everything", async (t) => {
  const { account, admin } = await guarded(t);
  const change = { body: Buffer.from("flushCommitLogTimed=true") };
  t.like(await account("producer1", "12345678").call(updateBrokerConfig, {}, change), {
    code: 1,
    remark: `${PREFIX}Need admin permission for request code=25, but accessKey=producer1 is not`,
  });
  t.is((await account("producer1", "12345678").call(getBrokerClusterAclConfig, {})).code, 1);
  t.is((await admin.call(updateBrokerConfig, {}, change)).code, 0);
  t.is((await admin.send("secrets")).code, 0);
});

test("white addresses need no account", async (t) => {
  const { broker } = await guarded(t, "globalWhiteRemoteAddresses: [127.0.0.*]");
  t.is((await clientOf(t, broker.address).send("anything")).code, 0);
});

test("traces may be sent by every account", async (t) => {
  const { account } = await guarded(t);
  t.is((await account("producer1", "12345678").send("RMQ_SYS_TRACE_TOPIC")).code, 0);
});

test("rules are read again when their files change, and kept when the change does not parse", async (t) => {
  const clock = new ManualClock(Date.now());
  const { broker, home, file } = await guarded(t, RULES, clock);
  // every send a client of its own: the calls must not wait for timers of the clock that stands still
  const send = async (accessKey: string, secretKey: string) =>
    (await clientOf(t, broker.address, { sign: as(accessKey, secretKey) }).send("orders")).code;
  t.is(await send("newcomer", "newcomer-secret"), 1);
  mkdirSync(join(home, "conf", "acl", "team"), { recursive: true });
  writeFileSync(
    join(home, "conf", "acl", "team", "more.yml"),
    "accounts: [{accessKey: newcomer, secretKey: newcomer-secret, defaultTopicPerm: PUB}]",
  );
  await clock.advance(1000);
  t.is(await send("newcomer", "newcomer-secret"), 0);
  writeFileSync(file, "accounts: [{accessKey: short, secretKey: x}]");
  await clock.advance(1000);
  t.is(await send("producer1", "12345678"), 0);
  writeFileSync(file, "accounts: []");
  await clock.advance(1000);
  t.is(await send("producer1", "12345678"), 1);
});

test("a broker does not start with rules it cannot read", async (t) => {
  await t.throwsAsync(guarded(t, "accounts: [{accessKey: short, secretKey: x}]"), {
    message: /length should longer than 6/,
  });
  await t.throwsAsync(guarded(t, "accounts: {"), { message: /plain_acl\.yml: / });
});

test("without any file nobody is let in, and an empty one is made", async (t) => {
  const storeDir = temporaryFolder(t);
  const broker = await brokerFor(t, { storeDir, config: { aclEnable: true } });
  t.is((await broker.connect().send("orders")).code, 1);
  t.like(readYaml(readFileSync(join(storeDir, "conf", "plain_acl.yml"), "utf8")), { accounts: [] });
});

test("accounts are made, changed, shown and deleted by requests, and the file keeps them", async (t) => {
  const { admin, account, file } = await guarded(t);
  const made = {
    accessKey: "newcomer",
    secretKey: "newcomer-secret",
    topicPerms: "orders=PUB,x=SUB",
  };
  t.is((await admin.call(updateAndCreateAclConfig, made)).code, 0);
  const newcomer = account("newcomer", "newcomer-secret");
  t.is((await newcomer.send("orders")).code, 0);
  await admin.call(updateAndCreateAclConfig, { accessKey: "newcomer", topicPerms: "orders=SUB" });
  t.is((await newcomer.send("orders")).code, 1);
  const shown = (await admin.call(getBrokerClusterAclConfig, {})).content();
  t.like(shown.plainAccessConfigs.at(-1), {
    accessKey: "newcomer",
    secretKey: "newcomer-secret",
    topicPerms: ["orders=SUB"],
  });
  t.is((await admin.call(deleteAclConfig, { accessKey: "newcomer" })).code, 0);
  t.like(await admin.call(deleteAclConfig, { accessKey: "newcomer" }), { code: 210 });
  const { header } = await admin.call(getBrokerClusterAclInfo, {});
  t.like(JSON.parse(header.version), { counter: 3 });
  t.like(readYaml(readFileSync(file, "utf8")), { dataVersion: [{ counter: 3 }] });
});

test("accounts that cannot be are refused, and so are files of others", async (t) => {
  const { admin, file } = await guarded(t);
  const before = readFileSync(file, "utf8");
  const put = (given: object) =>
    admin.call(updateAndCreateAclConfig, { accessKey: "newcomer", ...given });
  t.is((await put({ secretKey: "short" })).code, 209);
  t.is((await put({ secretKey: "long-enough", topicPerms: "orders" })).code, 209);
  t.is((await put({ secretKey: "long-enough", whiteRemoteAddress: "10.*" })).code, 209);
  const white = (globalWhiteAddrs: string, aclFileFullPath?: string) =>
    admin.call(updateGlobalWhiteAddrsConfig, { globalWhiteAddrs, aclFileFullPath });
  t.is((await white("10.*")).code, 211);
  t.is((await white("10.0.0.1", "/etc/passwd")).code, 211);
  t.is(readFileSync(file, "utf8"), before);
  t.is((await white("127.0.0.1,10.0.0.1")).code, 0);
  t.is((await put({ secretKey: "long-enough" })).code, 0);
});
