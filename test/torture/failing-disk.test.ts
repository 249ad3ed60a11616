import { randomInt } from "node:crypto";
import test from "ava";
import { failingDisks } from "./failing-disk.js";

test("a disk that fails now and then takes nothing that was acknowledged", async (t) => {
  const seed = randomInt(2 ** 31);
  t.log(`seed ${seed}: node build/test/torture/failing-disk.js --count 60 --seed ${seed}`);
  const { problems, acknowledged, refused } = await failingDisks({ count: 60, seed });
  t.deepEqual(problems, []);
  t.true(acknowledged > 500 && refused > 100, "something was at stake");
});
