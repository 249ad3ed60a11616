import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import test, { type ExecutionContext } from "ava";
import { type AccessOptions, clusterAccess } from "../../../src/cli/cluster-access.js";
import { CliConfig } from "../../../src/config/cli-config.js";

const CA = resolve("test/fixtures/tls/ca.pem");

/** A stored context `live` and one in use, tools.yml, and an environment that knows of both. */
function surroundings(t: ExecutionContext): Record<string, string> {
  const home = mkdtempSync(join(tmpdir(), "access-test-"));
  t.teardown(() => rmSync(home, { recursive: true }));
  const config = new CliConfig(home);
  config.set("live", {
    namesrvAddr: "live:1",
    accessKey: "live-ak",
    secretKey: "live-sk",
    securityToken: "live-token",
    tls: true,
    tlsCa: CA,
  });
  config.set("used", { namesrvAddr: "used:1", accessKey: "used-ak", secretKey: "used-sk" });
  config.use("used");
  mkdirSync(join(home, "conf"));
  writeFileSync(
    join(home, "conf", "tools.yml"),
    "accessKey: tools-ak\nsecretKey: tools-sk\nsecurityToken: tools-token\n",
  );
  return { ROCKETMQ_TOOLKIT_CONFIG: home, ROCKETMQ_HOME: home };
}

const KEYS = { accessKey: "given-ak", secretKey: "given-sk" };
const IN_ENV = { ROCKETMQ_ACCESS_KEY: "env-ak", ROCKETMQ_SECRET_KEY: "env-sk" };

test("keys come from the command line, the environment, the context in use, tools.yml", async (t) => {
  const env = surroundings(t);
  const who = async (options: AccessOptions, more: Record<string, string> = {}) =>
    (await clusterAccess(options, { ...env, ...more })).credentials();
  t.deepEqual(await who(KEYS, IN_ENV), KEYS);
  t.deepEqual(await who({}, IN_ENV), { accessKey: "env-ak", secretKey: "env-sk" });
  t.deepEqual(await who({}), { accessKey: "used-ak", secretKey: "used-sk" });
  t.deepEqual(await who({ namesrvAddr: "other:1" }), {
    accessKey: "tools-ak",
    secretKey: "tools-sk",
    securityToken: "tools-token",
  });
});

test("a secret key may stay in the environment while the access key is given", async (t) => {
  const env = { ...surroundings(t), ...IN_ENV };
  const { credentials } = await clusterAccess({ accessKey: "given-ak" }, env);
  t.deepEqual(credentials(), { accessKey: "given-ak", secretKey: "env-sk" });
});

test("half of a pair of keys is a usage error", async (t) => {
  await t.throwsAsync(clusterAccess({ accessKey: "given-ak" }, surroundings(t)), {
    message: "--access-key and --secret-key go together",
  });
});

test("a token goes with the keys it was given with, or on the command line with any", async (t) => {
  const env = surroundings(t);
  const token = async (options: AccessOptions, more: Record<string, string> = {}) =>
    (await clusterAccess(options, { ...env, ...more })).credentials()?.securityToken;
  t.is(await token(KEYS), undefined);
  t.is(await token({ ...KEYS, securityToken: "given" }), "given");
  t.is(await token({ securityToken: "given" }), "given");
  t.is(await token({}, { ...IN_ENV, ROCKETMQ_SECURITY_TOKEN: "env-token" }), "env-token");
});

test("a named context counts as said on the command line, behind what is said there itself", async (t) => {
  const env = { ...surroundings(t), ...IN_ENV, NAMESRV_ADDR: "env:1" };
  const live = await clusterAccess({ context: "live" }, env);
  t.deepEqual(live.namesrv(), ["live:1"]);
  t.deepEqual(live.credentials(), {
    accessKey: "live-ak",
    secretKey: "live-sk",
    securityToken: "live-token",
  });
  t.like(live.tls, { enable: true, authServer: true, trustCertPath: CA });
  const other = await clusterAccess({ context: "live", namesrvAddr: "given:1", ...KEYS }, env);
  t.deepEqual(other.namesrv(), ["given:1"]);
  t.deepEqual(other.credentials(), KEYS);
});

test("a context that was never stored is not found, also one named as what every object has", async (t) => {
  const env = surroundings(t);
  for (const context of ["nope", "toString"])
    await t.throwsAsync(clusterAccess({ context }, env), {
      message: `there is no context ${context}`,
    });
});

test("TLS of the context in use is for its cluster only", async (t) => {
  const env = surroundings(t);
  new CliConfig(env["ROCKETMQ_TOOLKIT_CONFIG"]).use("live");
  t.like((await clusterAccess({}, env)).tls, { enable: true });
  t.is((await clusterAccess({ namesrvAddr: "other:1" }, env)).tls, undefined);
});

test("TLS flags go before JAVA_OPT, which stays where they say nothing", async (t) => {
  const JAVA_OPT = "-Dtls.enable=true -Dtls.client.keyPassword=secret";
  const { tls } = await clusterAccess({ namesrvAddr: "a:1", tlsCa: CA }, { JAVA_OPT });
  t.like(tls, { enable: true, trustCertPath: CA, keyPassword: "secret" });
  t.is((await clusterAccess({ namesrvAddr: "a:1", tls: false }, {})).tls, undefined);
});
