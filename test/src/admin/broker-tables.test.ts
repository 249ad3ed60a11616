import test from "ava";
import { defaultSubscriptionGroup } from "../../../engine/protocol/bodies/subscription-group-config.js";
import { getAllSubscriptiongroupConfig } from "../../../engine/protocol/requests/get-all-subscriptiongroup-config.js";
import { createAdmin } from "../../../src/admin/admin.js";
import { allGroups } from "../../../src/admin/broker-tables.js";
import { type AnsweringServer, startAnswering } from "../../support/answering-server.js";

const GROUPS = Array.from({ length: 5 }, (_, number) => `g-${number}`);
const VERSION = { counter: 7, stateVersion: 0, timestamp: 1_758_273_941_020 };
/** A broker that hands out two groups at a time. */
const PAGE = 2;

/** `versions`: that of the table at each question, the last one for all that follow. */
async function pagingBroker(versions: readonly number[]): Promise<{
  server: AnsweringServer;
  questions: { groupSeq: number | undefined; dataVersion: string | undefined }[];
}> {
  const questions: { groupSeq: number | undefined; dataVersion: string | undefined }[] = [];
  const server = await startAnswering((dispatcher) =>
    dispatcher.register(getAllSubscriptiongroupConfig, ({ header }) => {
      const counter = versions[Math.min(questions.length, versions.length - 1)] ?? 0;
      questions.push({ groupSeq: header.groupSeq, dataVersion: header.dataVersion });
      const begin = header.groupSeq ?? 0;
      const page = GROUPS.slice(begin, begin + PAGE);
      return {
        header: { totalGroupNum: GROUPS.length },
        content: {
          dataVersion: { ...VERSION, counter },
          forbiddenTable: new Map(page.map((group) => [group, new Map([["t", 1]])])),
          subscriptionGroupTable: new Map(
            page.map((group) => [group, defaultSubscriptionGroup(group)]),
          ),
        },
      };
    }),
  );
  return { server, questions };
}

function adminOf() {
  return createAdmin({
    namesrv: () => ["127.0.0.1:1"],
    timeoutMs: 5000,
    credentials: () => undefined,
    signal: new AbortController().signal,
  });
}

test("a table is read page by page", async (t) => {
  const { server, questions } = await pagingBroker([7]);
  const admin = adminOf();
  const { table, forbiddenTable, dataVersion } = await allGroups(admin, server.address);
  await admin.close();
  await server.stop();
  t.deepEqual([...table.keys()], GROUPS);
  t.deepEqual([...forbiddenTable.keys()], GROUPS);
  t.is(dataVersion.counter, 7);
  const version = '{"counter":7,"stateVersion":0,"timestamp":1758273941020}';
  t.deepEqual(questions, [
    { groupSeq: 0, dataVersion: "" },
    { groupSeq: 2, dataVersion: version },
    { groupSeq: 4, dataVersion: version },
  ]);
});

test("a table that is changed between two pages is read anew", async (t) => {
  const { server, questions } = await pagingBroker([7, 8]);
  const admin = adminOf();
  const { table, dataVersion } = await allGroups(admin, server.address);
  await admin.close();
  await server.stop();
  t.deepEqual([...table.keys()], GROUPS);
  t.is(dataVersion.counter, 8);
  t.is(questions.length, 5);
});

test("a table that never stands still is given up", async (t) => {
  const { server } = await pagingBroker(Array.from({ length: 50 }, (_, number) => number));
  const admin = adminOf();
  await t.throwsAsync(allGroups(admin, server.address), {
    message: /were changed 5 times while they were read/,
  });
  await admin.close();
  await server.stop();
});
