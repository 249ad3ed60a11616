import { randomInt } from "node:crypto";
import test from "ava";
import { powerCuts } from "./power-cut.js";

test("a power cut takes nothing that was acknowledged after a sync, and tears no queue", async (t) => {
  const seed = randomInt(2 ** 31);
  t.log(`seed ${seed}: node build/test/torture/power-cut.js --count 60 --seed ${seed}`);
  const { problems, cuts, acknowledged } = await powerCuts({ count: 60, seed });
  t.deepEqual(problems, []);
  t.true(cuts >= 60);
  t.true(acknowledged > 500, "something was at stake");
});
