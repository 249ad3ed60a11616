// Messages for the store check, and the manifest of what a broker acknowledged.
//   store-check-messages.js COUNT > sent.jsonl          JSON records for `mqctl produce --json`
//   store-check-messages.js manifest sent.jsonl acknowledged.jsonl
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const [first, sentFile, acknowledgedFile] = process.argv.slice(2);
const lines = (file) =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

if (first === "manifest") {
  const sent = lines(sentFile);
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
} else {
  for (let i = 0; i < Number(first); i++) {
    console.log(
      JSON.stringify({
        topic: i % 3 === 0 ? "checked_two" : "checked_one",
        body: `${i} ${"äöü€ ".repeat(i % 40)}${"x".repeat((i * 7919) % 3000)}`,
        tags: `Tag${i % 5}`,
        keys: `key-${i} shared-${i % 50}`,
        flag: i % 11,
        properties: { index: String(i), colour: i % 2 === 0 ? "red" : "blue" },
      }),
    );
  }
}
