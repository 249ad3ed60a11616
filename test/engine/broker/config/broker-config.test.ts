import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { RocketmqError } from "../../../../engine/base/errors.js";
import { type Files, realFiles } from "../../../../engine/base/files.js";
import type { Logger } from "../../../../engine/base/log.js";
import {
  type BrokerConfiguration,
  type ConfigName,
  type ConfigSource,
  loadBrokerConfiguration,
} from "../../../../engine/broker/config/broker-config.js";
import { configKeys } from "../../../../engine/broker/config/keys.js";

const machine = { cpus: 2, hostName: "host-1", home: "/home/one", address: "10.0.0.5" };

const load = (
  properties: Record<string, string | number | boolean> = {},
  more: Partial<ConfigSource> = {},
): BrokerConfiguration =>
  loadBrokerConfiguration({ properties, files: realFiles, machine, ...more });

const folder = (t: { teardown: (run: () => void) => void }): string => {
  const path = mkdtempSync(join(tmpdir(), "broker-config-"));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
};

test("without any key the defaults are those of 5.3.3 on this machine", (t) => {
  const { values } = load();
  t.like(values, {
    brokerName: "host-1",
    brokerClusterName: "DefaultCluster",
    brokerId: 0,
    brokerIP1: "10.0.0.5",
    listenPort: 10911,
    haListenPort: 10912,
    storePathRootDir: "/home/one/store",
    storePathCommitLog: "/home/one/store/commitlog",
    pullMessageThreadPoolNums: 20,
    endTransactionThreadPoolNums: 12,
    brokerRole: "ASYNC_MASTER",
    autoDeleteUnusedStats: true,
    consumerFallbehindThreshold: 17179869184,
  });
});

test("the commit log and the replication port follow the root folder and the port", (t) => {
  const { values } = load({ storePathRootDir: "/data", listenPort: 20911 });
  t.is(values.storePathCommitLog, "/data/commitlog");
  t.is(values.haListenPort, 20912);
  t.is(load({ listenPort: 20911, haListenPort: 5 }).values.haListenPort, 5);
});

test("spellings of 4.x are accepted, and the newer one wins", (t) => {
  t.is(load({ mapedFileSizeCommitLog: 1048576 }).values.mappedFileSizeCommitLog, 1048576);
  const both = load({ mappedFileSizeCommitLog: 2097152, mapedFileSizeCommitLog: 1048576 });
  t.is(both.values.mappedFileSizeCommitLog, 2097152);
});

test("a value that does not parse keeps the default and is reported", (t) => {
  const { values, problems } = load({
    listenPort: "10911 ",
    maxMessageSize: "4294967296",
    brokerRole: "async_master",
    fileReservedTime: "two days",
  });
  t.like(values, {
    listenPort: 10911,
    maxMessageSize: 4194304,
    brokerRole: "ASYNC_MASTER",
    fileReservedTime: 72,
  });
  t.deepEqual(
    problems.map(({ key }) => key),
    ["listenPort", "maxMessageSize", "brokerRole", "fileReservedTime"],
  );
  t.is(
    problems[0]?.message,
    'listenPort: "10911 " is no whole number between -2147483648 and 2147483647',
  );
});

test("a boolean that is no boolean is false, as upstream has it, and is reported", (t) => {
  const { values, problems } = load({ longPollingEnable: "yes", traceTopicEnable: "TRUE" });
  t.false(values.longPollingEnable);
  t.true(values.traceTopicEnable);
  t.deepEqual(
    problems.map(({ key }) => key),
    ["longPollingEnable"],
  );
});

test("blanks around text do not count", (t) => {
  t.is(load({ brokerRole: " SYNC_MASTER " }).values.brokerRole, "SYNC_MASTER");
  t.is(load({ brokerName: "broker-a  " }).values.brokerName, "broker-a");
});

test("in strict mode a bad value of a known key is a usage error of one line", (t) => {
  const error = t.throws(() => load({ listenPort: "x" }, { strict: true }), {
    instanceOf: RocketmqError,
  });
  t.is(error.kind, "usage");
  t.is(error.message, 'listenPort: "x" is no whole number between -2147483648 and 2147483647');
});

test("unknown keys are kept and shown, reported once and never fatal", (t) => {
  const warned: string[] = [];
  const logger = {
    debug() {},
    info() {},
    error() {},
    warn: (line: string) => warned.push(line),
  } as Logger;
  const configuration = load({ someKey: "1", otherKey: "2" }, { strict: true, logger });
  t.is(configuration.unknown.get("someKey"), "1");
  t.regex(configuration.text(), /^someKey=1$/m);
  t.is(warned.filter((line) => line.includes("someKey")).length, 1);
});

test("keys without effect here are named when somebody set them to another value", (t) => {
  const configuration = load({ reviveMaxSlow: 7, warmMapedFileEnable: false, deleteWhen: "05" });
  t.deepEqual(configuration.withoutEffect, ["reviveMaxSlow"]);
});

test("a broker asked for RocksDB, DLedger or classes of Java does not start without them", (t) => {
  t.throws(() => load({ enableDLegerCommitLog: true }), {
    message: "enableDLegerCommitLog=true: DLedger groups are not joined by this broker",
  });
  t.throws(() => load({ storeType: "defaultRocksDB" }), { message: /^storeType=defaultRocksDB/ });
  t.throws(() => load({ authorizationProvider: "com.example.Rules" }), {
    message: "authorizationProvider=com.example.Rules: classes are not loaded by this broker",
  });
  const own = "org.apache.rocketmq.auth.authorization.provider.DefaultAuthorizationProvider";
  t.is(load({ authorizationProvider: own }).values.authorizationProvider, own);
});

test("passwords of key files are kept, but not shown", (t) => {
  const configuration = load({
    "tls.server.keyPassword": "secret",
    "tls.server.mode": "enforcing",
  });
  t.is(configuration.unknown.get("tls.server.keyPassword"), "secret");
  t.false(configuration.text().includes("secret"));
  t.regex(configuration.text(), /^tls\.server\.mode=enforcing$/m);
});

test("masters have id 0 and slaves must have another", (t) => {
  t.is(load({ brokerId: 3 }).values.brokerId, 0);
  t.is(load({ brokerId: 3, brokerRole: "SLAVE" }).values.brokerId, 3);
  t.throws(() => load({ brokerRole: "SLAVE" }), { message: "Slave's brokerId must be > 0" });
});

test("an illegal name server address is refused", (t) => {
  t.throws(() => load({ namesrvAddr: "localhost" }), {
    message: /^The Name Server Address\[localhost\] illegal/,
  });
  t.is(load({ namesrvAddr: "a:1;[::1]:2" }).values.namesrvAddr, "a:1;[::1]:2");
});

test("sizes and ratios are brought into their bounds", (t) => {
  const { values } = load({ mappedFileSizeConsumeQueue: 4001, diskMaxUsedSpaceRatio: 99 });
  t.like(values, { mappedFileSizeConsumeQueue: 4020, diskMaxUsedSpaceRatio: 95 });
});

test("the length of filter bit maps follows from consumers and error rate, as upstream has it", (t) => {
  t.is(load({ bitMapLengthConsumeQueueExt: 64 }).values.bitMapLengthConsumeQueueExt, 112);
  t.is(load({ expectConsumerNumUseFilter: 64 }).values.bitMapLengthConsumeQueueExt, 216);
});

test("the file is read, the caller's keys win, and a missing file is an error", (t) => {
  const path = join(folder(t), "broker.conf");
  writeFileSync(path, "brokerName=broker-a\ndeleteWhen=05\n");
  t.like(load({ brokerName: "broker-b" }, { path }).values, {
    brokerName: "broker-b",
    deleteWhen: "05",
  });
  t.throws(() => load({}, { path: `${path}.none` }), { message: /does not exist/ });
});

test("the text lists every key that has a value, sorted, and those of users and rules only when set", (t) => {
  const keys = load({ authenticationEnabled: "false" })
    .text()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.slice(0, line.indexOf("=")));
  t.deepEqual(keys, [...keys].sort());
  t.true(keys.includes("authenticationEnabled"));
  t.false(keys.includes("authorizationEnabled"));
  t.false(keys.includes("haMasterAddress"));
  t.true(keys.length > 400);
});

test("an update changes live values, writes everything back and keeps the file before as .bak", (t) => {
  const path = join(folder(t), "broker.conf");
  writeFileSync(path, "# mine\nbrokerName=broker-a\nextra=1\n");
  const configuration = load({}, { path });
  const { values } = configuration;
  const before = configuration.dataVersion.counter;
  const outcome = configuration.update(
    "maxMessageSize=1024\nfileReservedTime=x\nnobody=1\nextra=2\n",
  );
  t.deepEqual(outcome, { changed: ["maxMessageSize", "extra"] });
  t.is(values.maxMessageSize, 1024);
  t.is(values.fileReservedTime, 72);
  t.is(configuration.dataVersion.counter, before + 1);
  const written = readFileSync(path, "utf8");
  t.is(written, configuration.text());
  t.regex(written, /^brokerName=broker-a$/m);
  t.regex(written, /^extra=2$/m);
  t.notRegex(written, /nobody/);
  t.is(readFileSync(`${path}.bak`, "utf8"), "# mine\nbrokerName=broker-a\nextra=1\n");
});

test("a file that is named without a folder is written beside it", (t) => {
  const written: string[] = [];
  const files: Files = {
    ...realFiles,
    readText: () => "brokerName=broker-a\n",
    makeDirectory: (path) => void written.push(path),
    writeText: (path) => void written.push(path),
    open: () => 0,
    syncNow: () => undefined,
    close: () => undefined,
    rename: () => undefined,
    syncDirectory: (path) => void written.push(path),
  };
  load({}, { path: "broker.conf", files }).update("brokerPermission=4");
  t.deepEqual(written, [".", "broker.conf.bak", "broker.conf.tmp", "."]);
});

test("without a file an update goes to config/broker.properties of the store", (t) => {
  const root = folder(t);
  load({ storePathRootDir: root }).update("brokerPermission=4");
  t.regex(readFileSync(join(root, "config", "broker.properties"), "utf8"), /^brokerPermission=4$/m);
});

test("a key that needs a restart is shown with its new value and works with the old one", (t) => {
  const configuration = load({ storePathRootDir: folder(t) });
  configuration.update("listenPort=20000");
  t.is(configuration.values.listenPort, 10911);
  t.regex(configuration.text(), /^listenPort=20000$/m);
});

test("black-listed keys are refused and nothing of that update is taken", (t) => {
  const configuration = load({
    configBlackList: "brokerConfigPath;deleteWhen",
    storePathRootDir: folder(t),
  });
  for (const key of ["rocketmqHome", "configBlackList", "brokerConfigPath", "deleteWhen"]) {
    t.deepEqual(configuration.update(`maxMessageSize=1\n${key}=1`), { refused: "black-list" });
  }
  t.is(configuration.values.maxMessageSize, 4194304);
});

test("every key has a sentence for the manual page and a default its own parser takes", (t) => {
  const { values } = load();
  for (const [name, key] of Object.entries(configKeys)) {
    t.regex(key.says, /^[A-Z0-9].*\.$/, name);
    const value = values[name as ConfigName];
    if (value !== undefined) t.is(key.parse(String(value)).problem, undefined, name);
  }
});
