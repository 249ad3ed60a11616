import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { exportRocksdbConfigToJson } from "../../../engine/protocol/requests/export-rocksdb-config-to-json.js";
import {
  type AnsweringServer,
  startAnswering,
  startListing,
} from "../../support/answering-server.js";
import { type Printed, runMqadmin } from "../../support/mqadmin.js";

let broker: AnsweringServer;
let refusing: AnsweringServer;
let asked: string[] = [];
test.before(async () => {
  broker = await startAnswering((dispatcher) =>
    dispatcher.register(exportRocksdbConfigToJson, ({ header }) => {
      asked.push(header.configType);
      return {};
    }),
  );
  refusing = await startAnswering(() => undefined);
});
test.beforeEach(() => {
  asked = [];
});
test.after.always(async () => {
  await broker.stop();
  await refusing.stop();
});

function run(line: string): Promise<Printed> {
  return runMqadmin(line.split(" "));
}

test.serial("a broker writes the settings that are named, without a name server", async (t) => {
  const { code, stdout, stderr } = await run(
    `rocksDBConfigToJson -b ${broker.address} -t Topics;consumerOffsets`,
  );
  t.is(code, 0, stderr);
  t.is(stdout, "Use [rpc mode] call broker to export to json file \nbroker export done.");
  t.deepEqual(asked, ["topics;consumerOffsets"]);
});

test.serial("the masters of the cluster that is named write all settings", async (t) => {
  const listing = await startListing({
    "broker-a": { 0: broker.address, 1: refusing.address },
  });
  t.teardown(() => listing.stop());
  const { code, stdout, stderr } = await run(
    `rocksDBConfigToJson -n ${listing.address} -c DefaultCluster`,
  );
  t.is(code, 0, stderr);
  t.is(
    stdout,
    "Use [rpc mode] call all brokers in cluster to export to json file \nbroker export done.",
  );
  t.deepEqual(asked, ["topics;subscriptionGroups;consumerOffsets"]);
});

test.serial("a broker that did not is named, and the exit code says so", async (t) => {
  const listing = await startListing({
    "broker-a": { 0: broker.address },
    "broker-b": { 0: refusing.address },
  });
  t.teardown(() => listing.stop());
  const { code, stderr } = await run(`rocksDBConfigToJson -n ${listing.address} -c DefaultCluster`);
  t.is(code, 1);
  t.true(
    stderr.includes(`done by broker ${broker.address}; not done by broker ${refusing.address}`),
    stderr,
  );
  t.is((await run(`rocksDBConfigToJson -b ${refusing.address}`)).code, 1);
});

test.serial("the rehearsal names the request and sends nothing", async (t) => {
  const { stdout } = await run(
    `rocksDBConfigToJson -b ${broker.address} -t topics --dry-run --output json`,
  );
  t.like((JSON.parse(stdout) as unknown[])[0], {
    target: `broker ${broker.address}`,
    request: "EXPORT_ROCKSDB_CONFIG_TO_JSON",
    fields: { configType: "topics" },
  });
  t.deepEqual(asked, []);
});

test.serial("without a mode it says what it is for, as Apache does", async (t) => {
  const { code, stdout } = await run("rocksDBConfigToJson");
  t.is(code, 2);
  t.regex(stdout, /^Convert RocksDB kv config .* instead of std print\n$/);
});

test.serial("files on this machine are not read, and it is said why", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "rocks-test-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const { code, stderr } = await run(`rocksDBConfigToJson -p ${folder} -t topics`);
  t.is(code, 2);
  t.regex(stderr, /not supported, because this tool carries no RocksDB/);
  const missing = await run(`rocksDBConfigToJson -p ${folder}/none -t topics`);
  t.is(missing.code, 3);
  t.is(
    missing.stdout,
    "Use [local mode] load rocksdb to print or export file \nRocksdb path is invalid.\n",
  );
  const untyped = await run(`rocksDBConfigToJson -p ${folder}`);
  t.is(untyped.code, 2);
  t.regex(untyped.stderr, /local mode Invalid args, please input configType/);
});
