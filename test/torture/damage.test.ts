import { randomInt } from "node:crypto";
import test from "ava";
import { damageStore } from "./damage.js";

test("a store that is damaged anywhere is opened, verified, repaired and brought back byte by byte", async (t) => {
  const seed = randomInt(2 ** 31);
  t.timeout(120_000);
  t.log(
    `seed ${String(seed)}: node build/test/torture/damage.js --every 1500 --seed ${String(seed)}`,
  );
  const result = await damageStore({
    ...{ flips: 65_536, cuts: 65_536, random: 20_000, every: 1500, seed },
  });
  t.deepEqual(result.problems, []);
  t.is(result.named, result.tellable);
  t.true(result.cases > 80);
  t.true(result.mended > 2, "some flips could be taken back");
});
