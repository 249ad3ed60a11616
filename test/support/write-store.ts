/**
 * Writes a store from a process of its own: node write-store.js ROOT [key=value …]
 *
 *   count=1000     messages altogether          bytes=0       least body length
 *   perTurn=20     messages put at once         queues=4      queues of each of the two topics
 *   ack=1          print one JSON line for each acknowledged message (in the form of a manifest line)
 *   stop=1         stop cleanly at the end; 0 leaves the store as a killed process does
 * and any key of the store's configuration. Bodies carry their number first, so that readers can tell what is missing.
 */
import { createHash } from "node:crypto";
import { systemClock } from "../../engine/base/clock.js";
import { crc32 } from "../../engine/base/crc32.js";
import { offsetMessageId } from "../../engine/message/message-id.js";
import { decodeProperties, encodeProperties } from "../../engine/message/properties.js";
import { UniqKeyGenerator } from "../../engine/message/uniq-key.js";
import { createMessageStore } from "../../engine/store/message-store.js";
import type { MessageToStore, PutResult } from "../../engine/store/store-api.js";
import { defaultStoreConfig } from "../../engine/store/store-config.js";

const [root = "", ...settings] = process.argv.slice(2);
const given = Object.fromEntries(settings.map((setting) => setting.split("=") as [string, string]));
const config = defaultStoreConfig(root) as unknown as Record<string, unknown>;
for (const [key, value] of Object.entries(given)) {
  if (key in config) config[key] = typeof config[key] === "number" ? Number(value) : value;
}
const option = (name: string, fallback: number): number => Number(given[name] ?? fallback);
const [count, perTurn, queues] = [
  option("count", 1000),
  option("perTurn", 20),
  option("queues", 4),
];
const leastBytes = option("bytes", 0);
const clock = systemClock();
const store = createMessageStore({ config: config as never, clock });
const ids = new UniqKeyGenerator({ clock, address: "127.0.0.1" });
const host = { address: "127.0.0.1", port: option("port", 10911) };

function build(number: number): MessageToStore {
  const body = Buffer.from(String(number).padEnd(leastBytes, "."));
  const properties = encodeProperties([
    ["KEYS", `key-${number} third-${number % 3}`],
    ["TAGS", `Tag${"ABC"[number % 3]}`],
    ["UNIQ_KEY", ids.next()],
  ]);
  return {
    topic: number % 2 === 0 ? "written_even" : "written_odd",
    queueId: number % queues,
    body,
    properties,
    flag: number % 5,
    sysFlag: 0,
    bornTimestamp: clock.now(),
    bornHost: host,
    storeHost: host,
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    waitStoreOk: true,
  };
}

function manifestLine(message: MessageToStore, result: PutResult): string {
  const properties = Object.fromEntries(decodeProperties(message.properties));
  const { topic, queueId, flag, sysFlag, bornTimestamp, body } = message;
  return JSON.stringify({
    kind: "message",
    topic,
    queueId,
    queueOffset: result.queueOffset,
    commitLogOffset: result.physicalOffset,
    storeSize: result.size,
    msgId: properties.UNIQ_KEY,
    offsetMsgId: offsetMessageId(message.storeHost, result.physicalOffset),
    keys: properties.KEYS,
    tags: properties.TAGS,
    properties,
    flag,
    sysFlag,
    bodyCrc: crc32(body),
    bodyLength: body.length,
    bodySha256: createHash("sha256").update(body).digest("hex"),
    bornTimestamp,
    bornHost: host.address,
    storeTimestamp: result.storeTimestamp,
    storeHost: `${host.address}:${host.port}`,
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
  });
}

async function putTurn(from: number, to: number): Promise<void> {
  const acknowledged: string[] = [];
  await new Promise<void>((resolve) => {
    let open = to - from;
    for (let number = from; number < to; number++) {
      const message = build(number);
      store.put(message, (result) => {
        if (result.status !== "PUT_OK") process.stderr.write(`${number}: ${result.status}\n`);
        else if (option("ack", 0) === 1) acknowledged.push(manifestLine(message, result));
        if (--open === 0) resolve();
      });
    }
  });
  if (acknowledged.length > 0) process.stdout.write(acknowledged.join("\n") + "\n");
}

await store.start();
const first = option("first", 0);
for (let from = first; from < first + count; from += perTurn) {
  await putTurn(from, Math.min(first + count, from + perTurn));
}
if (option("stop", 1) === 1) await store.stop();
else process.kill(process.pid, "SIGKILL");
