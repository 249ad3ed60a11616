/**
 * How fast the store is on this machine: node bench-store.js ROOT [messages] [bodyBytes] [perTurn]
 * Prints appends per second, and reads per second from memory and from files.
 */
import { systemClock } from "../../engine/base/clock.js";
import { createMessageStore } from "../../engine/store/message-store.js";
import { defaultStoreConfig } from "../../engine/store/store-config.js";

const [root = "", count = "500000", bytes = "1024", perTurn = "500"] = process.argv.slice(2);
const total = Number(count);
const store = createMessageStore({ config: defaultStoreConfig(root), clock: systemClock() });
await store.start();
const body = Buffer.alloc(Number(bytes), "x");
const host = { address: "127.0.0.1", port: 10911 };
let cpu = process.cpuUsage();
const rate = (what: string, amount: number, fromMs: number): void => {
  const seconds = (performance.now() - fromMs) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const each = ((user + system) / amount).toFixed(2);
  process.stdout.write(
    `${what}: ${Math.round(amount / seconds)}/s, ${each} us of processor each\n`,
  );
  cpu = process.cpuUsage();
};

const began = performance.now();
let acknowledged = 0;
await new Promise<void>((resolve) => {
  let sent = 0;
  const turn = (): void => {
    for (let i = 0; i < Number(perTurn) && sent < total; i++, sent++) {
      store.put(
        {
          topic: "bench",
          queueId: sent % 8,
          body,
          properties: `UNIQ_KEY\u0001AC110203000000000000${String(sent).padStart(12, "0")}\u0002TAGS\u0001TagA\u0002CLUSTER\u0001DefaultCluster\u0002`,
          flag: 0,
          sysFlag: 0,
          bornTimestamp: 1700000000123,
          bornHost: host,
          storeHost: host,
          reconsumeTimes: 0,
          preparedTransactionOffset: 0,
          waitStoreOk: true,
        },
        ({ status }) => {
          if (status !== "PUT_OK") throw new Error(status);
          if (++acknowledged === total) resolve();
        },
      );
    }
    if (sent < total) setImmediate(turn);
  };
  turn();
});
rate("appends", total, began);

const readAll = (from: (max: number) => number): number => {
  let read = 0;
  for (let queueId = 0; queueId < 8; queueId++) {
    const max = store.maxOffset("bench", queueId);
    for (let queueOffset = from(max); queueOffset < max;) {
      const got = store.get({ topic: "bench", queueId, queueOffset, maxCount: 32 });
      queueOffset = got.nextBeginOffset;
      read += got.count;
    }
  }
  return read;
};
const fileReads = performance.now();
rate(
  "reads over the whole log",
  readAll(() => 0),
  fileReads,
);
const tailReads = performance.now();
let tail = 0;
for (let round = 0; round < 20; round++) tail += readAll((max) => Math.max(0, max - 500));
rate("reads of the newest", tail, tailReads);
await store.stop();
