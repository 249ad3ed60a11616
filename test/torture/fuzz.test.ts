import { randomInt } from "node:crypto";
import test from "ava";
import { fuzz } from "./fuzz.js";

test("a few thousand bad inputs neither bring a server down nor keep it from answering", async (t) => {
  const seed = randomInt(2 ** 31);
  t.log(
    `seed ${String(seed)}: node build/test/torture/fuzz.js --count 3000 --seed ${String(seed)}`,
  );
  const { problems, inputs, answers } = await fuzz({ count: 3000, seed });
  t.deepEqual(problems, []);
  t.is(inputs, 3000);
  const answered = Object.values(answers).reduce((sum, count) => sum + count, 0);
  t.true(answered > inputs / 2, "most of them reached a processor");
});
