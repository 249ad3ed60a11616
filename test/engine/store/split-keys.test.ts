import { readdirSync, rmSync, writeFileSync } from "node:fs";
import test from "ava";
import { decodeRecord } from "../../../engine/message/decode.js";
import { openStore, putNumbers, temporaryFolder } from "./open-store.js";

test("[S-IDX-3] a message whose keys stand in two index files is found by each, once, when the second was lost in a crash", async (t) => {
  const root = temporaryFolder(t);
  const over = { maxIndexNum: 20 };
  const first = await openStore(t, root, { over });
  // 19 entries fill a file: the tenth message has its second key in the next one
  await putNumbers(first.store, { from: 0, to: 12 }, (i) => ({ keys: `a${i} b${i}` }));
  await first.stop();
  const [, second] = readdirSync(`${root}/index`).sort();
  t.truthy(second);
  rmSync(`${root}/index/${second!}`);
  writeFileSync(`${root}/abort`, "1");
  const { store } = await openStore(t, root, { over });
  for (let i = 0; i < 12; i++) {
    for (const key of [`a${i}`, `b${i}`]) {
      const { records } = store.query("TopicTest", key, 64, 0n, 2n ** 62n);
      t.deepEqual(
        records.map((record) => decodeRecord(record).body.toString()),
        [String(i)],
        key,
      );
    }
  }
});
