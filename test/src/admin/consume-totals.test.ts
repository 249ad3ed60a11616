import test from "ava";
import { consumeStats } from "../../../engine/protocol/bodies/consume-stats.js";
import { scanTotals } from "../../../src/admin/consume-totals.js";

function queueOf(topic: string, queueId: number, offsets: [number, number]) {
  const [brokerOffset, consumerOffset] = offsets;
  return {
    queue: { topic, brokerName: "broker-a", queueId },
    value: { brokerOffset, consumerOffset, lastTimestamp: 1_700_000_000_000, pullOffset: 3 },
  };
}

test("what waits is added up by topic from an answer as it is written", (t) => {
  const body = consumeStats.encode({
    consumeTps: 0.123456789012345,
    offsetTable: [
      queueOf("pay", 0, [10, 4]),
      queueOf("%RETRY%g", 0, [2, 2]),
      queueOf("pay", 1, [7, 9]),
    ],
  });
  const totals = scanTotals(body);
  t.is(totals?.tps, 0.123456789012345);
  t.deepEqual(
    [...(totals?.diffByTopic ?? [])],
    [
      ["pay", 4],
      ["%RETRY%g", 0],
    ],
  );
});

test("brokers of 4.x, which know no pull offset, and small rates are read too", (t) => {
  const text =
    '{"consumeTps":1.5E-4,"offsetTable":{{"brokerName":"b","queueId":3,"topic":"pay"}:{"brokerOffset":5,"consumerOffset":-1,"lastTimestamp":0}}}';
  const totals = scanTotals(Buffer.from(text));
  t.is(totals?.tps, 0.00015);
  t.is(totals?.diffByTopic.get("pay"), 6);
});

test("any other text is left to the patient decoder", (t) => {
  const entry =
    '{"brokerName":"b","queueId":3,"topic":"pay"}:{"brokerOffset":5,"consumerOffset":1,"lastTimestamp":0}';
  for (const text of [
    "",
    "{}",
    '{"consumeTps":0.0,"offsetTable":{}}',
    `{"consumeTps":0.0,"offsetTable":{${entry},}}`,
    `{"consumeTps":0.0,"offsetTable":{${entry}}`,
    `{"consumeTps":0.0,"offsetTable":{${entry}},"more":1}`,
    `{"consumeTps":0.0,"offsetTable":{${entry.replace("pay", String.raw`p\u0061y`)}}}`,
    `{"offsetTable":{${entry}},"consumeTps":0.0}`,
  ])
    t.is(scanTotals(Buffer.from(text)), undefined, text);
  t.is(scanTotals(undefined), undefined);
});
