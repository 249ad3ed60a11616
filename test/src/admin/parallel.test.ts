import test from "ava";
import { inParallel, itemsOf, streamParallel } from "../../../src/admin/parallel.js";

function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

test("no more than the width run at once, and results keep the order of the items", async (t) => {
  let running = 0;
  let most = 0;
  const results = await inParallel(
    [3, 1, 2, 5, 4],
    async (item) => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      return item * 10;
    },
    2,
  );
  t.deepEqual(results, [30, 10, 20, 50, 40]);
  t.is(most, 2);
});

test("a stream hands out the first result while the next is still awaited", async (t) => {
  const second = gate();
  const stream = streamParallel(["a", "b"], async (item) => {
    if (item === "b") await second.opened;
    return item;
  });
  t.is((await stream.next()).value, "a");
  second.open();
  t.is((await stream.next()).value, "b");
  t.true((await stream.next()).done);
});

test("a failure reaches whoever reads the stream", async (t) => {
  const stream = streamParallel([1], () => Promise.reject(new Error("boom")));
  await t.throwsAsync(() => stream.next(), { message: "boom" });
});

test("the items of a list are written together: only behind its last one nothing is ready", async (t) => {
  const lists = streamParallel([["a", "b"], [], ["c"]], (list) => Promise.resolve(list));
  const items = itemsOf(lists);
  const seen: [string, boolean][] = [];
  for await (const item of items) seen.push([item, items.hasMore()]);
  t.deepEqual(seen, [
    ["a", true],
    ["b", false],
    ["c", false],
  ]);
});
