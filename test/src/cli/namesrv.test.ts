import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { clusterAccess } from "../../../src/cli/cluster-access.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { CliConfig } from "../../../src/config/cli-config.js";

function folder(): string {
  return mkdtempSync(join(tmpdir(), "rocketmq-test-"));
}

test("name servers come from -n, then JAVA_OPT, then NAMESRV_ADDR, then the stored context", async (t) => {
  const stored = folder();
  const config = new CliConfig(stored);
  config.set("staging", { namesrvAddr: "stored:1", accessKey: "ak", secretKey: "sk" });
  t.true(config.use("staging"));
  const env: Record<string, string> = { ROCKETMQ_TOOLKIT_CONFIG: stored };
  const found = async (option?: string): Promise<string> =>
    (await clusterAccess({ namesrvAddr: option }, env)).namesrv().join();
  t.is(await found(), "stored:1");
  t.deepEqual((await clusterAccess({}, env)).credentials(), {
    accessKey: "ak",
    secretKey: "sk",
  });
  env["NAMESRV_ADDR"] = "env:1; env:2";
  t.is(await found(), "env:1,env:2");
  env["JAVA_OPT"] = '-Xmx1g -Drocketmq.namesrv.addr="java:1;java:2" -Dx=y';
  t.is(await found(), "java:1,java:2");
  t.is(await found("given:1"), "given:1");
  rmSync(stored, { recursive: true });
});

test("no name server at all is a usage error, and only when one is needed", async (t) => {
  const stored = folder();
  const access = await clusterAccess({}, { ROCKETMQ_TOOLKIT_CONFIG: stored });
  t.regex(t.throws(() => access.namesrv(), { instanceOf: UsageError }).hint ?? "", /NAMESRV_ADDR/);
  rmSync(stored, { recursive: true });
});

test("an address server is asked when JAVA_OPT names one", async (t) => {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.end("10.0.0.1:9876;10.0.0.2:9876\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stored = folder();
  const domain = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = { ROCKETMQ_TOOLKIT_CONFIG: stored, JAVA_OPT: `-Drocketmq.namesrv.domain=${domain}` };
  t.deepEqual((await clusterAccess({}, env)).namesrv(), ["10.0.0.1:9876", "10.0.0.2:9876"]);
  t.deepEqual(asked, ["/rocketmq/nsaddr"]);
  server.close();
  rmSync(stored, { recursive: true });
});

test("upstream's tools.yml and the environment say who signs", async (t) => {
  const home = folder();
  const env = { ROCKETMQ_HOME: home };
  const keys = async (more: Record<string, string> = {}): Promise<unknown> =>
    (await clusterAccess({ namesrvAddr: "given:1" }, { ...env, ...more })).credentials();
  t.is(await keys(), undefined);
  mkdirSync(join(home, "conf"));
  writeFileSync(join(home, "conf", "tools.yml"), "accessKey: rocketmq2\nsecretKey: 12345678\n");
  t.deepEqual(await keys(), { accessKey: "rocketmq2", secretKey: "12345678" });
  t.deepEqual(await keys({ ROCKETMQ_ACCESS_KEY: "a", ROCKETMQ_SECRET_KEY: "s" }), {
    accessKey: "a",
    secretKey: "s",
  });
  rmSync(home, { recursive: true });
});
