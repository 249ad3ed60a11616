// Messages for the store checks, and the manifest of what a broker acknowledged.
//   store-check-messages.js COUNT PREFIX > sent.jsonl       JSON records for `mqctl produce --json`
//   store-check-messages.js manifest sent.jsonl acknowledged.jsonl
//   store-check-messages.js compressed NAMESRV              sends bodies compressed by lz4 and zstd
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const [first, second, acknowledgedFile] = process.argv.slice(2);
const lines = (file) =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

if (first === "manifest") {
  const sent = lines(second);
  const acknowledged = lines(acknowledgedFile);
  if (sent.length !== acknowledged.length)
    throw new Error(`${acknowledged.length} of ${sent.length} were acknowledged`);
  const ends = new Map();
  acknowledged.forEach((ack, i) => {
    const { body, tags, keys, properties, flag } = sent[i];
    const bytes = Buffer.from(body);
    ends.set(
      `${ack.topic} ${ack.queueId}`,
      Math.max(ends.get(`${ack.topic} ${ack.queueId}`) ?? 0, ack.queueOffset + 1),
    );
    console.log(
      JSON.stringify({
        kind: "ack",
        topic: ack.topic,
        queueId: ack.queueId,
        queueOffset: ack.queueOffset,
        msgId: ack.msgId,
        offsetMsgId: ack.offsetMsgId,
        keys,
        tags,
        userProperties: properties,
        flag,
        bodyLength: bytes.length,
        bodySha256: createHash("sha256").update(bytes).digest("hex"),
      }),
    );
  });
  for (const [queue, maxOffset] of ends) {
    const [topic, queueId] = queue.split(" ");
    console.log(
      JSON.stringify({ kind: "queue", topic, queueId: Number(queueId), minOffset: 0, maxOffset }),
    );
  }
} else if (first === "compressed") {
  const { createClient, Producer } = await import(process.env.ENGINE ?? "../build/engine/index.js");
  const client = createClient({ namesrv: second });
  await client.start();
  for (const compression of ["lz4", "zstd"]) {
    const producer = new Producer(client, { group: "compressors", compression });
    producer.start();
    for (let i = 0; i < 20; i++) {
      const body = Buffer.from(`${i} ${"äöü€ ".repeat(2000 + 500 * i)}`);
      await producer.send({ topic: `made_${compression}`, keys: `${compression}-${i}`, body });
    }
    await producer.stop();
  }
  await client.stop();
} else {
  for (let i = 0; i < Number(first); i++) {
    console.log(
      JSON.stringify({
        topic: i % 3 === 0 ? "checked_two" : "checked_one",
        body: `${i} ${"äöü€ ".repeat(i % 40)}${"x".repeat((i * 7919) % 500)}`,
        tags: `Tag${i % 5}`,
        keys: `${second}-${i} shared-${i % 50}`,
        flag: i % 11,
        properties: { index: String(i), colour: i % 2 === 0 ? "red" : "blue" },
      }),
    );
  }
}
