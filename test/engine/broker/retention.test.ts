import { readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { getEarliestMsgStoretime } from "../../../engine/protocol/requests/get-earliest-msg-storetime.js";
import { getMinOffset } from "../../../engine/protocol/requests/get-min-offset.js";
import { pullMessage } from "../../../engine/protocol/requests/pull-message.js";
import { queryMessage } from "../../../engine/protocol/requests/query-message.js";
import { brokerFor, pullHeader, temporaryFolder } from "./harness.js";
import { MOVABLE, pass } from "./schedule/waiting.js";

const HOUR = 3_600_000;
const FILE = 64 * 1024;

test("after a day the messages of yesterday are gone at the hour of deleteWhen, those of today are there", async (t) => {
  const clock = new ManualClock(new Date(2026, 5, 15, 2, 30).getTime());
  const folder = temporaryFolder(t);
  const config = { ...MOVABLE, mappedFileSizeCommitLog: FILE, fileReservedTime: 24 };
  const client = (await brokerFor(t, { clock, storeDir: folder, config })).connect();
  const files = () => readdirSync(join(folder, "commitlog")).sort();
  /** Some three files full; the disk notes the time of the clock. */
  const fill = async (day: string): Promise<void> => {
    for (let nth = 0; nth < 20; nth++) {
      const properties = { KEYS: `${day}-${nth}` };
      t.is((await client.send("T", { body: Buffer.alloc(10_000, day), properties })).code, 0);
    }
  };
  const date = (names: readonly string[]): void => {
    const seconds = clock.now() / 1000;
    for (const name of names) utimesSync(join(folder, "commitlog", name), seconds, seconds);
  };
  const minOffset = async () =>
    (await client.call(getMinOffset, { topic: "T", queueId: 0 })).header.offset;
  const find = async (key: string) =>
    (
      await client.call(queryMessage, {
        topic: "T",
        key,
        maxNum: 1,
        beginTimestamp: 0n,
        endTimestamp: 2n ** 63n - 1n,
      })
    ).code;
  await fill("yesterday");
  const first = files();
  date(first);
  await pass(clock, 20 * HOUR);
  await fill("today");
  date(files().slice(first.length - 1));
  await pass(clock, 3 * HOUR);
  t.is(await minOffset(), 0, "not a day old");
  await pass(clock, 4 * HOUR);
  const min = await minOffset();
  t.true(min > 0 && min <= 20, String(min));
  t.deepEqual(files()[0], first.at(-1));
  t.is(await find("yesterday-0"), 22);
  t.is(await find("today-19"), 0);
  const pulled = await client.call(pullMessage, pullHeader("T"));
  t.like(pulled, { code: 21 });
  t.is(pulled.header.nextBeginOffset, min);
  t.is((await client.call(pullMessage, pullHeader("T", { queueOffset: min }))).code, 0);
  const earliest = await client.call(getEarliestMsgStoretime, { topic: "T", queueId: 0 });
  t.true(earliest.header.timestamp >= clock.now() - 28 * HOUR);
});
