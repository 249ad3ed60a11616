import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { realFiles } from "../../../engine/base/files.js";
import { silentLogger } from "../../../engine/base/log.js";
import type { BrokerConfig } from "../../../engine/broker/config/broker-config.js";
import { ConsumerFilters } from "../../../engine/broker/consumer-filter.js";
import { bloomData, bloomSize } from "../../../engine/broker/consumer-filter-bloom.js";
import { JsonConfigFile } from "../../../engine/broker/json-config-file.js";
import { sql92Loading } from "../../../engine/broker/sql92-loader.js";
import { subscription, temporaryFolder } from "./harness.js";

const HOUR_MS = 3_600_000;

async function setUp(t: ExecutionContext, config: Partial<BrokerConfig> = {}) {
  const folder = join(temporaryFolder(t), "config");
  mkdirSync(folder);
  const path = join(folder, "consumerFilter.json");
  const clock = new ManualClock(1_000_000);
  const create = (): ConsumerFilters =>
    new ConsumerFilters({
      file: new JsonConfigFile(path, realFiles, silentLogger),
      clock,
      logger: silentLogger,
      config: {
        expectConsumerNumUseFilter: 32,
        maxErrorRateOfBloomFilter: 20,
        filterDataCleanTimeSpan: 24 * HOUR_MS,
        ...config,
      } as BrokerConfig,
    });
  await sql92Loading();
  return { path, clock, create, filters: create() };
}

const sql = (topic: string, subString: string, subVersion = 1) =>
  subscription(topic, { expressionType: "SQL92", subString, subVersion });

test("only a greater version brings a new expression; an equal one brings the filter back to life", async (t) => {
  const { filters } = await setUp(t);
  filters.register("g", [sql("T", "a = 1", 5), subscription("U")]);
  t.is(filters.get("U", "g"), undefined);
  filters.register("g", [sql("T", "a = 2", 5)]);
  t.is(filters.get("T", "g")?.expression, "a = 1");
  filters.unregister("g");
  t.like(filters.get("T", "g"), { dead: true, deadTime: 1_000_000 });
  filters.register("g", [sql("T", "a = 2", 4)]);
  t.true(filters.get("T", "g")?.dead);
  filters.register("g", [sql("T", "a = 1", 5)]);
  t.like(filters.get("T", "g"), { dead: false, deadTime: 0 });
  filters.register("g", [sql("T", "a = 2", 6)]);
  t.like(filters.get("T", "g"), { expression: "a = 2", clientVersion: 6 });
  filters.register("g", [sql("T", "a = 2", 7)]);
  t.is(filters.get("T", "g")?.clientVersion, 7);
  filters.register("g", [sql("T", "a ==", 8)]);
  t.is(filters.get("T", "g"), undefined);
});

test("a filter of a topic that is not subscribed to any more is dead", async (t) => {
  const { filters } = await setUp(t);
  filters.register("g", [sql("T", "a = 1"), sql("U", "a = 1")]);
  filters.register("g", [sql("U", "a = 1")]);
  t.deepEqual([filters.get("T", "g")?.dead, filters.get("U", "g")?.dead], [true, false]);
});

test("the file is upstream's; what is loaded counts as dead, and is forgotten after a day", async (t) => {
  const { path, clock, create, filters } = await setUp(t);
  filters.start();
  filters.register("g", [sql("t", "a>1", 7)]);
  await clock.advance(10_000);
  const row = {
    bloomFilterData: { bitNum: 112, bitPos: [22, 87, 58] },
    bornTime: 1_000_000,
    clientVersion: 7,
    consumerGroup: "g",
    dead: false,
    deadTime: 0,
    expression: "a>1",
    expressionType: "SQL92",
    topic: "t",
  };
  const text = readFileSync(path, "utf8");
  t.deepEqual(JSON.parse(text), {
    filterDataByTopic: { t: { groupFilterData: { g: row }, topic: "t" } },
  });
  t.is(text.slice(0, 44), '{\n\t"filterDataByTopic":{\n\t\t"t":{\n\t\t\t"groupFi');
  filters.stop();
  await clock.advance(HOUR_MS);

  const again = create();
  await again.load();
  t.like(again.get("t", "g"), { dead: true, deadTime: clock.now() - 30_000 });
  t.true(again.get("t", "g")?.matches?.(() => "2"));
  await clock.advance(24 * HOUR_MS - 30_001);
  again.persist();
  t.not(again.get("t", "g"), undefined);
  await clock.advance(1);
  again.persist();
  t.is(again.get("t", "g"), undefined);
  t.is(readFileSync(path, "utf8"), '{\n\t"filterDataByTopic":{}\n}');
});

test("filters of other bit maps, or without, are left out", async (t) => {
  const { path, filters, create } = await setUp(t);
  filters.register("g", [sql("t", "a>1")]);
  filters.persist();
  const other = create();
  writeFileSync(path, readFileSync(path, "utf8").replace("112", "120"));
  await other.load();
  t.is(other.get("t", "g"), undefined);
});

test("bits are those that upstream computes", (t) => {
  const size = bloomSize(32, 20);
  t.deepEqual(size, { positions: 3, bits: 112 });
  // from upstream's BloomFilter of 5.3.3
  const expected: Readonly<Record<string, number[]>> = BITS;
  for (const [text, bitPos] of Object.entries(expected))
    t.deepEqual(bloomData(text, size), { bitNum: 112, bitPos }, text);
});

const BITS = {
  "g#t": [22, 87, 58],
  "中#x": [38, 13, 78],
  "": [0, 0, 0],
  "0123456789abcdef": [11, 47, 60],
  "a-consumer-group#a-topic-of-more-than-two-blocks": [37, 92, 35],
  "12345678": [18, 23, 33],
};
