import { randomInt } from "node:crypto";
import test from "ava";
import { killRounds } from "./kill-rounds.js";

test("a broker killed again and again under load, and while it recovers, keeps all it acknowledged", async (t) => {
  t.timeout(120_000);
  const seed = randomInt(2 ** 31);
  t.log(`seed ${seed}: node build/test/torture/kill-rounds.js --rounds 4 --seed ${seed}`);
  const { problems, acknowledged, kills } = await killRounds({ rounds: 4, seed, roundsOfStore: 2 });
  t.deepEqual(problems, []);
  t.deepEqual(kills, { ASYNC_FLUSH: 2, SYNC_FLUSH: 2 });
  t.true(acknowledged > 0);
});
