import test from "ava";
import fc from "fast-check";
import {
  consumeStats,
  type ConsumeStats,
} from "../../../../engine/protocol/bodies/consume-stats.js";
import { stringifyFastjson } from "../../../../engine/protocol/fastjson.js";

const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.maxSafeNat(),
  fc.nat(9),
  fc.constantFrom(-1, -0, 2 ** 53, -(2 ** 63), 0.5),
);
const name = fc.oneof(
  fc.constantFrom(
    "",
    "pay",
    "%RETRY%pay",
    "broker-a",
    'a"b\\c',
    "tab\tand\u0000",
    "é漢𝒳",
    "\ud800",
  ),
  fc.string(),
  fc.string({ unit: "binary" }),
);
/** Of few names, so that the same one stands in a row, comes back later and is both topic and broker. */
const entries = fc.array(name, { minLength: 1, maxLength: 3 }).chain((names) => {
  const one = fc.constantFrom(...names);
  const queue = fc.record({ topic: one, brokerName: one, queueId: number });
  const value = fc.record({
    brokerOffset: number,
    consumerOffset: number,
    lastTimestamp: number,
    pullOffset: number,
  });
  return fc.array(fc.record({ queue, value }));
});
const bodies = fc.record({ consumeTps: fc.double(), offsetTable: entries });

test("consume statistics are written as the general writer writes them", (t) => {
  fc.assert(
    fc.property(bodies, (body) => {
      const general = Buffer.from(stringifyFastjson(consumeStats.shape.write(body)));
      t.deepEqual(consumeStats.encode(body), general);
    }),
    { numRuns: 1000 },
  );
});

test("consume statistics have upstream's text, whose keys are read raw and quoted [R-JSON-5]", (t) => {
  const offsets = { brokerOffset: 9, consumerOffset: 5, lastTimestamp: 1, pullOffset: 7 };
  const stats: ConsumeStats = {
    consumeTps: 12.5,
    offsetTable: [
      { queue: { topic: "t", brokerName: "b", queueId: 0 }, value: offsets },
      { queue: { topic: "t", brokerName: "b", queueId: 1 }, value: offsets },
      { queue: { topic: "u", brokerName: "b", queueId: 0 }, value: offsets },
    ],
  };
  const value = '{"brokerOffset":9,"consumerOffset":5,"lastTimestamp":1,"pullOffset":7}';
  const keys = ["0,'topic':'t'", "1,'topic':'t'", "0,'topic':'u'"].map((rest) =>
    `{'brokerName':'b','queueId':${rest}}`.replaceAll("'", '"'),
  );
  const textOf = (spelled: readonly string[]) =>
    `{"consumeTps":12.5,"offsetTable":{${spelled.map((key) => `${key}:${value}`).join(",")}}}`;
  t.is(consumeStats.encode(stats).toString(), textOf(keys));
  t.deepEqual(consumeStats.decode(Buffer.from(textOf(keys))), stats);
  const quoted = keys.map((key) => JSON.stringify(key));
  t.deepEqual(consumeStats.decode(Buffer.from(textOf(quoted))), stats);
});

test("consume statistics of nothing are an empty table", (t) => {
  const text = '{"consumeTps":0.0,"offsetTable":{}}';
  t.is(consumeStats.encode({ consumeTps: 0, offsetTable: [] }).toString(), text);
});
