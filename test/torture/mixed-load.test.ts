import { randomInt } from "node:crypto";
import test from "ava";
import { mixedLoad } from "./mixed-load.js";

test("plain, delayed, transactional and handed back messages all arrive though the broker is killed", async (t) => {
  const seed = randomInt(2 ** 31);
  t.log(`seed ${String(seed)}`);
  const load = { seconds: 5, killEverySeconds: 2, churnEverySeconds: 1, seed };
  const { problems, kills, acknowledged } = await mixedLoad(load);
  t.deepEqual(problems, []);
  t.true(kills > 0);
  t.true(Object.values(acknowledged).every((count) => count > 0));
});
