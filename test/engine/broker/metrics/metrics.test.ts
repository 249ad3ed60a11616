import { createServer } from "node:net";
import test from "ava";
import { heartBeat } from "../../../../engine/protocol/requests/heart-beat.js";
import { pullMessage } from "../../../../engine/protocol/requests/pull-message.js";
import { brokerFor, heartbeat, pullHeader } from "../harness.js";

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Sample lines, the broker's own labels cut out. */
async function scrape(port: number): Promise<string[]> {
  const response = await fetch(`http://127.0.0.1:${String(port)}/metrics`);
  const text = await response.text();
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) =>
      line
        .replace(/,?cluster="DefaultCluster",node_type="broker",node_id="broker-a",room="7"/, "")
        .replace("{,", "{"),
    );
}

test("the broker counts under upstream's names what was sent, taken and is left", async (t) => {
  const port = await freePort();
  const broker = await brokerFor(t, {
    config: { metricsExporterType: "PROM", metricsPromExporterPort: port, metricsLabel: "room:7" },
  });
  const client = broker.connect();
  await client.call(heartBeat, {}, { content: heartbeat("c1", [{}]) });
  await client.send("T", { queueId: 0 });
  await client.send("T", { queueId: 0, properties: { __SHARDINGKEY: "k" } });
  await client.call(pullMessage, pullHeader("T", { maxMsgNums: 1 }));
  const lines = await scrape(port);
  const value = (sample: string): number =>
    Number(lines.find((line) => line.startsWith(`${sample} `))?.slice(sample.length + 1));
  const sent = (type: string): string => `topic="T",message_type="${type}",is_system="false"`;
  t.is(value(`rocketmq_messages_in_total{${sent("normal")}}`), 1);
  t.is(value(`rocketmq_messages_in_total{${sent("fifo")}}`), 1);
  t.true(value(`rocketmq_throughput_in_total{${sent("normal")}}`) > 91);
  t.is(value(`rocketmq_message_size_count{${sent("normal")}}`), 1);
  t.is(value(`rocketmq_message_size_bucket{le="1024",${sent("normal")}}`), 1);
  const taken = 'topic="T",consumer_group="consumers",is_system="false"';
  t.is(value(`rocketmq_messages_out_total{${taken}}`), 1);
  const group = 'consumer_group="consumers",topic="T",is_retry="false",is_system="false"';
  t.is(value(`rocketmq_consumer_ready_messages{${group}}`), 1);
  t.is(value("rocketmq_broker_permission{}"), 6);
  t.true(value("rocketmq_topic_number{}") > 5);
  const connected = lines.filter((line) => line.startsWith("rocketmq_consumer_connections"));
  t.is(connected.length, 1);
  t.regex(connected[0] ?? "", /consumer_group="consumers",consume_mode="push"/);
  const pulls = 'protocol_type="remoting",request_code="pull_message",response_code="success"';
  const count = `rocketmq_rpc_latency_milliseconds_count{${pulls},is_long_polling="false"`;
  t.is(value(`${count},result="success"}`), 1);
  t.true(lines.some((line) => line.startsWith("rocketmq_storage_flush_behind_bytes{")));
});

test("nothing listens when metrics are not asked for", async (t) => {
  const port = await freePort();
  await brokerFor(t, { config: { metricsPromExporterPort: port } });
  await t.throwsAsync(fetch(`http://127.0.0.1:${String(port)}/metrics`));
});
