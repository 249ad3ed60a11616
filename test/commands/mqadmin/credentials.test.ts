import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import test, { type ExecutionContext } from "ava";
import { startBroker, startNamesrv } from "../../../engine/index.js";
import { CliConfig } from "../../../src/config/cli-config.js";
import { type Printed, runMqadmin } from "../../support/mqadmin.js";

const pem = (name: string): string => resolve("test/fixtures/tls", name);

function temporaryFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), "credentials-test-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function servers(t: ExecutionContext, config: Record<string, string>) {
  const namesrv = await startNamesrv({
    host: "127.0.0.1",
    port: 0,
    config,
    dataDir: temporaryFolder(t),
  });
  t.teardown(() => namesrv.stop());
  const broker = await startBroker({ namesrv, config });
  t.teardown(() => broker.stop());
  return {
    namesrv: namesrv.address,
    broker: broker.address,
    run: (line: string, env: Record<string, string> = {}): Promise<Printed> =>
      runMqadmin([...line.split(" "), "-n", namesrv.address], env),
  };
}

const ACCOUNTS = `
globalWhiteRemoteAddresses: []
accounts:
  - {accessKey: RocketMQ, secretKey: 12345678, admin: true}
  - {accessKey: reader99, secretKey: 12345678, defaultTopicPerm: SUB, defaultGroupPerm: SUB}
  - {accessKey: homebody, secretKey: 12345678, whiteRemoteAddress: 127.0.0.1, admin: true}
`;

test("accounts of 4.x: who may, who may not, a wrong secret, a white address", async (t) => {
  const home = temporaryFolder(t);
  mkdirSync(join(home, "conf"));
  writeFileSync(join(home, "conf", "plain_acl.yml"), ACCOUNTS);
  const { broker, run } = await servers(t, { aclEnable: "true", rocketmqHome: home });
  const make = `updateTopic -b ${broker} -t orders`;
  const ends = async (line: string, code: number, says?: RegExp, env = {}): Promise<void> => {
    const printed = await run(line, env);
    t.is(printed.code, code, `${line}: ${printed.stderr}`);
    if (says !== undefined) t.regex(printed.stderr, says);
    t.notRegex(printed.stderr + printed.stdout, /12345678|wrong-secret/);
  };
  await ends(make, 4, /No accessKey is configured[\s\S]*--access-key/);
  await ends(`${make} --access-key RocketMQ --secret-key 12345678`, 0);
  await ends(
    `${make} --access-key RocketMQ --secret-key wrong-secret`,
    4,
    /Check signature failed/,
  );
  await ends(`${make} --access-key reader99 --secret-key 12345678`, 4, /Need admin permission/);
  await ends(
    `${make} --access-key stranger --secret-key 12345678`,
    4,
    /No acl config for stranger/,
  );
  await ends(`${make} --access-key homebody --secret-key wrong-secret`, 0);
  await ends(make, 0, undefined, {
    ROCKETMQ_ACCESS_KEY: "RocketMQ",
    ROCKETMQ_SECRET_KEY: "12345678",
  });
  const admin = "--access-key RocketMQ --secret-key 12345678";
  await ends(`updateGlobalWhiteAddr -b ${broker} -g 127.0.0.1 ${admin}`, 0);
  await ends(make, 0);
});

const AUTH = "org.apache.rocketmq.auth";

test("users of 5.3: denied without a name, with a wrong secret, and without the right", async (t) => {
  const { broker, run } = await servers(t, {
    authenticationEnabled: "true",
    authenticationMetadataProvider: `${AUTH}.authentication.provider.LocalAuthenticationMetadataProvider`,
    authorizationEnabled: "true",
    authorizationMetadataProvider: `${AUTH}.authorization.provider.LocalAuthorizationMetadataProvider`,
    initAuthenticationUser: '{"username":"root","password":"root-password"}',
  });
  const root = "--access-key root --secret-key root-password";
  const alice = "--access-key alice --secret-key alice-password";
  const code = async (line: string): Promise<number> => (await run(line)).code;
  const nobody = await run(`listUser -b ${broker}`);
  t.is(nobody.code, 4);
  t.regex(nobody.stderr, /username cannot be null[\s\S]*--access-key/);
  t.is(await code(`listUser -b ${broker} --access-key root --secret-key nope-nope`), 4);
  t.is(await code(`createUser -b ${broker} -u alice -p alice-password ${root}`), 0);
  t.is(await code(`updateTopic -b ${broker} -t orders ${alice}`), 4);
  const rule = "-s User:alice -r Topic:orders -a Create,Update,Get -d Allow";
  t.is(await code(`createAcl -b ${broker} ${rule} ${root}`), 0);
  t.is(await code(`updateTopic -b ${broker} -t orders ${alice}`), 0);
  t.is(await code(`updateTopic -b ${broker} -t others ${alice}`), 4);
  // one who is no super user can make none
  const boss = await run(`createUser -b ${broker} -u boss -p boss-password -t Super ${alice}`);
  t.is(boss.code, 4, boss.stderr);
});

const ENFORCED = {
  "tls.server.mode": "enforcing",
  "tls.test.mode.enable": "false",
  "tls.server.keyPath": pem("server.key"),
  "tls.server.certPath": pem("server.pem"),
};

test("servers that take only TLS are reached with --tls, and checked with --tls-ca", async (t) => {
  const { run, namesrv } = await servers(t, ENFORCED);
  const plain = await run("clusterList --timeout 2s");
  t.is(plain.code, 5);
  t.regex(plain.stderr, /see --tls/);
  t.is((await run("clusterList --tls")).code, 0);
  t.is((await run(`clusterList --tls-ca ${pem("ca.pem")}`)).code, 0);
  const stranger = await run(`clusterList --tls-ca ${pem("stranger.pem")} --timeout 2s`);
  t.is(stranger.code, 5);
  t.regex(stranger.stderr, /TLS was refused: .*certificate/);
  const missing = await run("clusterList --tls-ca /no/such.pem");
  t.is(missing.code, 2);
  t.regex(missing.stderr, /--tls-ca: \/no\/such\.pem does not exist/);
  const folder = temporaryFolder(t);
  new CliConfig(folder).set("safe", { namesrvAddr: namesrv, tls: true, tlsCa: pem("ca.pem") });
  const env = { ROCKETMQ_TOOLKIT_CONFIG: folder };
  t.is((await runMqadmin(["clusterList", "--context", "safe"], env)).code, 0);
});

test("servers that ask for a certificate get that of --tls-cert", async (t) => {
  const { run } = await servers(t, {
    ...ENFORCED,
    "tls.server.need.client.auth": "require",
    "tls.server.authClient": "true",
    "tls.server.trustCertPath": pem("ca.pem"),
    "tls.client.certPath": pem("client.pem"),
    "tls.client.keyPath": pem("client.key"),
  });
  t.is((await run("clusterList --tls --timeout 2s")).code, 5);
  const own = `--tls-cert ${pem("client.pem")} --tls-key ${pem("client.key")}`;
  t.is((await run(`clusterList --tls-ca ${pem("ca.pem")} ${own}`)).code, 0);
  const half = await run(`clusterList --tls-cert ${pem("client.pem")}`);
  t.is(half.code, 2);
  t.regex(half.stderr, /--tls-cert and --tls-key go together/);
  const other = `--tls-cert ${pem("client.pem")} --tls-key ${pem("server.key")}`;
  const mixed = await run(`clusterList ${other}`);
  t.is(mixed.code, 2);
  t.regex(mixed.stderr, /certificate or key for TLS cannot be used: /);
});

test("a misspelt option does not give its secret away", async (t) => {
  const { code, stderr } = await runMqadmin(["topicList", "--secretkey=very-secret"]);
  t.is(code, 2);
  t.regex(stderr, /Unrecognized option: --secretkey=\*{6}\n.*--secret-key/);
});
