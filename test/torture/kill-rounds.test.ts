import { randomInt } from "node:crypto";
import test from "ava";
import { killRounds } from "./kill-rounds.js";

test("a broker killed again and again under load, and while it recovers, keeps all it acknowledged", async (t) => {
  t.timeout(120_000);
  const seed = randomInt(2 ** 31);
  t.log(`seed ${seed}: node build/test/torture/kill-rounds.js --rounds 2 --seed ${seed}`);
  const { problems, acknowledged, kills } = await killRounds({ rounds: 2, seed, roundsOfStore: 1 });
  t.deepEqual(problems, []);
  t.deepEqual(kills, { ASYNC_FLUSH: 1, SYNC_FLUSH: 1 });
  t.true(acknowledged > 0);
});
