import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import test, { type ExecutionContext } from "ava";
import { sign } from "../../src/admin/sign.js";
import { createClient } from "../../engine/client/client.js";
import { Producer } from "../../engine/client/producer.js";
import { PushConsumer } from "../../engine/client/push-consumer.js";
import { startBroker, startNamesrv } from "../../engine/index.js";
import type { RemotingCommand } from "../../engine/protocol/remoting-command.js";
import { sendMessageV2 } from "../../engine/protocol/requests/send-message-v2.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import { sendHeader } from "../engine/broker/harness.js";
import { runMqadmin } from "../support/mqadmin.js";
import { answerOn, rawSocket, requestFrame } from "../support/raw-socket.js";

/** A home folder as Apache's, with access rules and the credentials of tools. */
function homeWith(t: ExecutionContext, files: Record<string, string>): string {
  const home = mkdtempSync(join(tmpdir(), "access-"));
  t.teardown(() => rmSync(home, { recursive: true, force: true }));
  mkdirSync(join(home, "conf"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, "conf", name), text);
  return home;
}

async function startServers(t: ExecutionContext, config: Record<string, string | boolean>) {
  const namesrv = await startNamesrv();
  t.teardown(() => namesrv.stop());
  const broker = await startBroker({ namesrv, config });
  t.teardown(() => broker.stop());
  return { namesrv: namesrv.address, broker: broker.address };
}

const RULES = `
accounts:
  - {accessKey: RocketMQ, secretKey: 12345678, admin: true}
  - {accessKey: consumer1, secretKey: 12345678, defaultTopicPerm: SUB, defaultGroupPerm: SUB}
`;

test("mqadmin signs with tools.yml, and is told what it may not do", async (t) => {
  const home = homeWith(t, { "plain_acl.yml": RULES });
  const tools = (accessKey: string): string =>
    homeWith(t, { "tools.yml": `accessKey: ${accessKey}\nsecretKey: 12345678\n` });
  const { namesrv, broker } = await startServers(t, { aclEnable: true, rocketmqHome: home });
  const run = (line: string, env: Record<string, string>) =>
    runMqadmin([...line.split(" "), "-n", namesrv], env);
  const make = `updateTopic -b ${broker} -t orders`;
  const nobody = await run(make, {});
  t.is(nobody.code, 4);
  t.regex(nobody.stderr, /No accessKey is configured/);
  const consumer = await run(make, { ROCKETMQ_HOME: tools("consumer1") });
  t.is(consumer.code, 4);
  t.regex(consumer.stderr, /Need admin permission for request code=17/);
  const env = { ROCKETMQ_HOME: tools("RocketMQ") };
  t.is((await run(make, env)).code, 0);
  t.is((await run("sendMessage -t orders -p hello", env)).code, 0);
});

const PROXY_HEADERS = {
  1: Buffer.from("PROXY TCP4 192.0.2.1 192.0.2.2 40000 10911\r\n"),
  2: Buffer.from("0d0a0d0a000d0a515549540a2111000cc0000201c00002029c402a9f", "hex"),
};

for (const [version, header] of Object.entries(PROXY_HEADERS)) {
  test(`behind a balancer with PROXY headers of version ${version} the address of the client counts`, async (t) => {
    const sendTo = async (white: string, before: Buffer): Promise<RemotingCommand> => {
      const home = homeWith(t, {
        "plain_acl.yml": `${RULES}\nglobalWhiteRemoteAddresses: [${white}]\n`,
      });
      const { broker } = await startServers(t, { aclEnable: true, rocketmqHome: home });
      const socket = await rawSocket(t, Number(broker.split(":")[1]));
      const send = requestFrame(sendMessageV2, sendHeader("T", {}), Buffer.from("hello"));
      socket.write(Buffer.concat([before, send]));
      return answerOn(socket);
    };
    const none = Buffer.alloc(0);
    t.is((await sendTo("192.0.2.*", header)).code, 0);
    t.is((await sendTo("192.0.2.*", none)).code, ResponseCode.SYSTEM_ERROR);
    t.is((await sendTo("127.0.0.*", none)).code, 0);
    const behind = await sendTo("127.0.0.*", header);
    t.is(behind.code, ResponseCode.SYSTEM_ERROR);
    t.regex(behind.remark ?? "", /No accessKey is configured/);
  });
}

test("users of 5.3 produce and consume over TLS with the rights they have", async (t) => {
  const tls = { "tls.server.mode": "enforcing", "tls.test.mode.enable": "false" };
  const keys = {
    "tls.server.keyPath": resolve("test/fixtures/tls/server.key"),
    "tls.server.certPath": resolve("test/fixtures/tls/server.pem"),
  };
  const namesrv = await startNamesrv({
    host: "127.0.0.1",
    port: 0,
    config: { ...tls, ...keys },
    dataDir: homeWith(t, {}),
  });
  t.teardown(() => namesrv.stop());
  const broker = await startBroker({
    namesrv,
    config: {
      ...tls,
      ...keys,
      authenticationEnabled: true,
      authorizationEnabled: true,
      initAuthenticationUser: '{"username":"root","password":"root-password"}',
      autoCreateSubscriptionGroup: true,
    },
  });
  t.teardown(() => broker.stop());
  const client = createClient({
    namesrv: namesrv.address,
    sign: (command) => sign(command, { accessKey: "root", secretKey: "root-password" }),
    tls: {
      enable: true,
      testMode: false,
      authServer: true,
      trustCertPath: resolve("test/fixtures/tls/ca.pem"),
    },
  });
  await client.start();
  t.teardown(() => client.stop());
  const producer = new Producer(client, { group: "producers" });
  producer.start();
  t.teardown(() => producer.stop());
  await producer.send({ topic: "orders", body: Buffer.from("secret") });
  const received = await new Promise<string>((arrived, failed) => {
    const consumer = new PushConsumer(client, {
      group: "consumers",
      consumeFromWhere: "CONSUME_FROM_FIRST_OFFSET",
      listener: (messages) => arrived(String(messages[0]?.body)),
    });
    t.teardown(() => consumer.stop());
    consumer.subscribe("orders");
    consumer.start().catch(failed);
  });
  t.is(received, "secret");
});
