import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { parseProperties } from "../../../../engine/base/properties.js";
import { startBroker } from "../../../../engine/broker/start-broker.js";
import { startNamesrv } from "../../../../engine/namesrv/namesrv.js";
import type { RemotingCommand } from "../../../../engine/protocol/remoting-command.js";
import { checkRocksdbCqWriteProgress } from "../../../../engine/protocol/requests/check-rocksdb-cq-write-progress.js";
import { cleanExpiredConsumequeue } from "../../../../engine/protocol/requests/clean-expired-consumequeue.js";
import { deleteExpiredCommitlog } from "../../../../engine/protocol/requests/delete-expired-commitlog.js";
import { exportRocksdbConfigToJson } from "../../../../engine/protocol/requests/export-rocksdb-config-to-json.js";
import { getAllDelayOffset } from "../../../../engine/protocol/requests/get-all-delay-offset.js";
import { getBrokerConfig } from "../../../../engine/protocol/requests/get-broker-config.js";
import { getBrokerEpochCache } from "../../../../engine/protocol/requests/get-broker-epoch-cache.js";
import { getBrokerHaStatus } from "../../../../engine/protocol/requests/get-broker-ha-status.js";
import { getBrokerRuntimeInfo } from "../../../../engine/protocol/requests/get-broker-runtime-info.js";
import { getColdDataFlowCtrInfo } from "../../../../engine/protocol/requests/get-cold-data-flow-ctr-info.js";
import { getRouteinfoByTopic } from "../../../../engine/protocol/requests/get-routeinfo-by-topic.js";
import { popRollback } from "../../../../engine/protocol/requests/pop-rollback.js";
import { removeColdDataFlowCtrConfig } from "../../../../engine/protocol/requests/remove-cold-data-flow-ctr-config.js";
import { setCommitlogReadMode } from "../../../../engine/protocol/requests/set-commitlog-read-mode.js";
import { updateBrokerConfig } from "../../../../engine/protocol/requests/update-broker-config.js";
import { updateColdDataFlowCtrConfig } from "../../../../engine/protocol/requests/update-cold-data-flow-ctr-config.js";
import { viewBrokerStatsData } from "../../../../engine/protocol/requests/view-broker-stats-data.js";
import { Version } from "../../../../engine/protocol/versions.js";
import { createRemotingClient } from "../../../../engine/remoting/client.js";
import { humanBytes, runningFor } from "../../../../engine/broker/processors/admin/runtime-info.js";
import { setup } from "./support.js";

test("the configuration is shown with its version", async (t) => {
  const { address, call } = await setup(t, { config: { someKey: "some value" } });
  const answer = await call(getBrokerConfig, {});
  const shown = parseProperties(answer.content());
  t.is(shown.get("brokerName"), "broker-a");
  t.is(shown.get("someKey"), "some value");
  t.is(shown.get("listenPort"), address.split(":")[1]);
  t.like(JSON.parse(answer.header.version), { counter: 0 });
});

test("a changed key works at once, is shown, and is written to the store's folder", async (t) => {
  const storeDir = mkdtempSync(join(tmpdir(), "broker-admin-"));
  t.teardown(() => rmSync(storeDir, { recursive: true, force: true }));
  const { call, refusal, send } = await setup(t, { storeDir });
  await call(updateBrokerConfig, {}, { content: "maxMessageSize=3\nnobody=1\n" });
  t.is((await refusal(updateBrokerConfig, {}, { content: "brokerConfigPath=x" }))[0], 16);
  const answer = await call(getBrokerConfig, {});
  t.is(parseProperties(answer.content()).get("maxMessageSize"), "3");
  t.like(JSON.parse(answer.header.version), { counter: 1 });
  t.is(readFileSync(join(storeDir, "config", "broker.properties"), "utf8"), answer.content());
  await t.throwsAsync(send("TBW102"));
});

test("a changed permission of the broker reaches the routes", async (t) => {
  const namesrv = await startNamesrv({ port: 0 });
  t.teardown(() => namesrv.stop());
  const broker = await startBroker({ namesrv });
  t.teardown(() => broker.stop());
  const client = createRemotingClient();
  await client.start();
  t.teardown(() => client.stop());
  await client.call(broker.address, updateBrokerConfig, {}, { content: "brokerPermission=4" });
  const permission = async () => {
    const route = await client.call(namesrv.address, getRouteinfoByTopic, {
      topic: "SELF_TEST_TOPIC",
    });
    return route.content().queueDatas[0]?.perm;
  };
  for (let look = 0; look < 100 && (await permission()) !== 4; look++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  t.is(await permission(), 4);
});

test("runtime information has what tools of 4.x and of 5.x look for", async (t) => {
  const { call, send, topic } = await setup(t);
  await topic("orders");
  await send("orders", 2);
  const { table } = (await call(getBrokerRuntimeInfo, {})).content();
  t.like(table, {
    brokerVersionDesc: "V5_3_3",
    brokerVersion: "479",
    brokerActive: "true",
    msgPutTotalTodayMorning: "0",
    msgPutTotalTodayNow: "2",
    sendThreadPoolQueueSize: "0",
    timerEnqueueTps: "0.0",
  });
  for (const name of [
    "putTps",
    "getTransferredTps",
    "commitLogDiskRatio",
    "earliestMessageTimeStamp",
    "pageCacheLockTimeMills",
    "commitLogMaxOffset",
    "runtime",
    "putMessageDistributeTime",
  ]) {
    t.true(name in table, name);
  }
  t.false("remainHowManyDataToCommit" in table, "there is no pool of buffers");
});

test("tools of 4.x are told the spelling they look for as well, others are not", async (t) => {
  const { address } = await setup(t);
  const names = async (version: number) => {
    const client = createRemotingClient();
    await client.start();
    t.teardown(() => client.stop());
    const connection = await client.connection(address);
    const command: RemotingCommand = {
      code: getBrokerRuntimeInfo.code,
      language: "JAVA",
      version,
      opaque: 0,
      flag: 0,
      remark: undefined,
      extFields: {},
      body: undefined,
      serializeType: 0,
    };
    const { body } = await connection.forward(command, 5000);
    const { table } = JSON.parse(String(body)) as { table: Record<string, string> };
    return Object.keys(table).filter((name) => name.startsWith("getTrans"));
  };
  t.deepEqual((await names(Version.V4_8_0)).sort(), ["getTransferedTps", "getTransferredTps"]);
  t.deepEqual(await names(Version.V5_3_3), ["getTransferredTps"]);
});

test("what is asked of RocksDB is answered as by a broker that keeps files", async (t) => {
  const { call, refusal } = await setup(t);
  const header = { topic: "orders", checkStoreTime: 0 };
  const checked = await call(checkRocksdbCqWriteProgress, header);
  t.is(checked.content(), '{"checkStatus":2}');
  const exported = await call(exportRocksdbConfigToJson, {
    configType: "topics;subscriptionGroups;consumerOffsets;",
  });
  t.is(exported.remark, "export done.");
  t.deepEqual(await refusal(exportRocksdbConfigToJson, { configType: "topics;x" }), [
    1,
    "Unknown config type: x",
  ]);
  t.is((await call(popRollback, {})).code, 0);
});

test("a statistic that was never counted is refused, one that was is shown", async (t) => {
  const { call, refusal, send, topic } = await setup(t);
  const header = { statsName: "TOPIC_PUT_NUMS", statsKey: "orders" };
  t.deepEqual(await refusal(viewBrokerStatsData, header), [
    1,
    "The stats <TOPIC_PUT_NUMS> <orders> not exist",
  ]);
  await topic("orders");
  await send("orders");
  t.is((await call(viewBrokerStatsData, header)).content().statsMinute.sum, 0);
});

test("cleaning now succeeds", async (t) => {
  const { call } = await setup(t);
  t.is((await call(cleanExpiredConsumequeue, {})).code, 0);
  t.is((await call(deleteExpiredCommitlog, {})).code, 0);
});

test("replication shows a master without slaves and knows no epochs", async (t) => {
  const { call, refusal } = await setup(t);
  t.like((await call(getBrokerHaStatus, {})).content(), { master: true, inSyncSlaveNums: 0 });
  t.deepEqual(await refusal(getBrokerEpochCache, {}), [1, "this request only for controllerMode "]);
  t.deepEqual([...(await call(getAllDelayOffset, {})).content().offsetTable], []);
});

test("limits for cold data are kept, shown and removed", async (t) => {
  const { call, refusal } = await setup(t);
  const shown = async () =>
    JSON.parse((await call(getColdDataFlowCtrInfo, {})).content()) as object;
  await call(updateColdDataFlowCtrConfig, {}, { content: "billing=1000\nother=x\n" });
  t.like(await shown(), { configTable: { billing: 1000 }, globalAcc: 0 });
  await call(removeColdDataFlowCtrConfig, {}, { content: "billing" });
  t.like(await shown(), { configTable: {} });
  const mode = await call(setCommitlogReadMode, { readAheadMode: "1" });
  t.is(mode.remark, "set commitlog readahead mode success, mode: 1");
  t.is((await refusal(setCommitlogReadMode, { readAheadMode: "2" }))[0], 29);
});

test("sizes and times are told as upstream does", (t) => {
  t.deepEqual([0, 1023, 1024, 1536, 5 * 1024 ** 3].map(humanBytes), [
    "0 B",
    "1023 B",
    "1.0 KiB",
    "1.5 KiB",
    "5.0 GiB",
  ]);
  t.is(runningFor(93_784_000), "[ 1 days, 2 hours, 3 minutes, 4 seconds ]");
});
