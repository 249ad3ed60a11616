import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { realFiles } from "../../../engine/base/files.js";
import { silentLogger } from "../../../engine/base/log.js";
import { ConsumeStats } from "../../../engine/client/consume-stats.js";
import { firstOffset } from "../../../engine/client/first-offset.js";
import { LocalOffsetStore } from "../../../engine/client/local-offset-store.js";
import { BrokerOffsetStore, OffsetMemory } from "../../../engine/client/offset-store.js";
import { getMaxOffset } from "../../../engine/protocol/requests/get-max-offset.js";
import { queryConsumerOffset } from "../../../engine/protocol/requests/query-consumer-offset.js";
import { searchOffsetByTimestamp } from "../../../engine/protocol/requests/search-offset-by-timestamp.js";
import { fakeCluster, routeOf } from "./fake-cluster.js";

const queue = { topic: "T", brokerName: "a", queueId: 1 };
const retry = { ...queue, topic: "%RETRY%G", queueId: 0 };

test("an offset only grows unless it is set on purpose", (t) => {
  const memory = new OffsetMemory();
  memory.update(queue, 5, true);
  memory.update(queue, 3, true);
  t.is(memory.known(queue), 5);
  memory.update(queue, 3, false);
  t.is(memory.known({ ...queue }), 3);
  memory.forget(queue);
  t.is(memory.known(queue), undefined);
});

test("a broadcasting consumer finds its offsets again after a restart, also when the last write was torn", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "offsets-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const options = {
    files: realFiles,
    logger: silentLogger,
    clientId: "1.2.3.4@x",
    group: "G",
    folder,
  };
  const store = new LocalOffsetStore(options);
  t.is(await store.stored(queue), undefined);
  store.update(queue, 7, true);
  await store.persist([queue]);
  store.update(queue, 9, true);
  await store.persist([queue]);
  const path = join(folder, "1.2.3.4@x", "G", "offsets.json");
  t.is(
    readFileSync(path, "utf8"),
    '{"offsetTable":{{"brokerName":"a","queueId":1,"topic":"T"}:9}}',
  );
  t.is(await new LocalOffsetStore(options).stored(queue), 9);
  writeFileSync(path, '{"offsetTable":{{"brok');
  t.is(await new LocalOffsetStore(options).stored(queue), 7);
});

test("a group begins where it was, else where it was told to", async (t) => {
  const cluster = await fakeCluster(t, ["a"]);
  cluster.routes.set("T", routeOf(cluster.brokers));
  cluster.routes.set("%RETRY%G", routeOf(cluster.brokers));
  const [broker] = cluster.brokers;
  const group: { committed?: number } = {};
  broker?.dispatcher.register(queryConsumerOffset, () =>
    group.committed === undefined ? { code: 22 } : { header: { offset: group.committed } },
  );
  broker?.dispatcher.register(getMaxOffset, () => ({ header: { offset: 100 } }));
  broker?.dispatcher.register(searchOffsetByTimestamp, ({ header }) => ({
    header: { offset: header.timestamp === 1234n ? 50 : -1 },
  }));
  const client = await cluster.client();
  const offsets = new BrokerOffsetStore(client, "G");
  const begin = (
    where: "LAST_OFFSET" | "FIRST_OFFSET" | "TIMESTAMP",
    of = queue,
  ): Promise<number> =>
    firstOffset(client, of, {
      offsets,
      consumeFromWhere: `CONSUME_FROM_${where}`,
      consumeTimestamp: 1234,
    });
  t.is(await begin("LAST_OFFSET"), 100);
  t.is(await begin("FIRST_OFFSET"), 0);
  t.is(await begin("TIMESTAMP"), 50);
  t.is(await begin("LAST_OFFSET", retry), 0);
  t.is(await begin("TIMESTAMP", retry), 100);
  group.committed = 33;
  for (const where of ["LAST_OFFSET", "FIRST_OFFSET", "TIMESTAMP"] as const)
    t.is(await begin(where), 33);
});

test("consumption is told per second of the last minute, failures of the last hour", async (t) => {
  const clock = new ManualClock(1_000_000_000);
  const stats = new ConsumeStats(clock);
  stats.consumed("T", { count: 60, ok: true, tookMs: 10 });
  stats.consumed("T", { count: 6, ok: false, tookMs: 20 });
  stats.pulled("T", 120, 8);
  t.deepEqual(stats.status("T"), {
    pullRT: 8,
    pullTPS: 2,
    consumeRT: 15,
    consumeOKTPS: 1,
    consumeFailedTPS: 0.1,
    consumeFailedMsgs: 6,
  });
  await clock.advance(61_000);
  t.is(stats.status("T").consumeOKTPS, 0);
  t.is(stats.status("T").consumeFailedMsgs, 6);
});
