/** A broker on a disk that fails as faults.json lists it, asked over its socket. */
import test, { type ExecutionContext } from "ava";
import { realFiles } from "../../engine/base/files.js";
import { defaultSubscriptionGroup } from "../../engine/protocol/bodies/subscription-group-config.js";
import { pullMessage } from "../../engine/protocol/requests/pull-message.js";
import { updateAndCreateSubscriptiongroup } from "../../engine/protocol/requests/update-and-create-subscriptiongroup.js";
import { updateAndCreateTopic } from "../../engine/protocol/requests/update-and-create-topic.js";
import { updateAndGetGroupForbidden } from "../../engine/protocol/requests/update-and-get-group-forbidden.js";
import { updateConsumerOffset } from "../../engine/protocol/requests/update-consumer-offset.js";
import { brokerFor, pullHeader, temporaryFolder } from "../engine/broker/harness.js";
import { newTopic } from "../engine/broker/admin/support.js";
import { FaultyFiles } from "../support/faulty-files.js";
import { faultList, faultOf, type BrokerRule, type FaultRule } from "./fault-list.js";

type Client = Awaited<ReturnType<Awaited<ReturnType<typeof brokerFor>>["connect"]>>;

interface Answer {
  code: number;
  remark?: string | undefined;
}

async function start(t: ExecutionContext, config: Record<string, string | number> = {}) {
  const faulty = new FaultyFiles(realFiles);
  const storeDir = temporaryFolder(t);
  const open = async () => {
    const options = { files: faulty.files, storeDir, config: { ...SMALL, ...config } };
    const broker = await brokerFor(t, options);
    return { broker, client: broker.connect() };
  };
  return { faulty, open };
}

const SMALL = { mappedFileSizeCommitLog: 16_384, syncFlushTimeout: 1000 };

const pull = (client: Client, consumerGroup = "consumers"): Promise<Answer> =>
  client.call(pullMessage, pullHeader("Old", { consumerGroup }));

/** What meets the fault; those of the others, a broker of small files cannot be brought to here. */
const meetings: Partial<Record<FaultRule["do"], (client: Client) => Promise<Answer>>> = {
  put: (client) => client.send("Old"),
  late: (client) => client.send("Old"),
  "new queue": (client) => client.send("Old", { queueId: 1 }),
  async roll(client) {
    const body = Buffer.alloc(7000);
    for (let i = 0; ; i++) {
      const answer = await client.send("Old", { body });
      if (answer.code !== 0 || i === 5) return answer;
    }
  },
};

for (const rule of faultList.rules) {
  const meet = meetings[rule.do];
  const [error = ""] = rule.errors;
  if (meet === undefined) continue;
  test(`${rule.name}: ${error}`, async (t) => {
    const flushDiskType = rule.flush ?? "ASYNC_FLUSH";
    const { faulty, open } = await start(t, { flushDiskType });
    const { client } = await open();
    for (let i = 0; i < 3; i++) t.is((await client.send("Old")).code, 0);
    faulty.faults = [faultOf(rule, error)];
    assertAnswer(t, await meet(client), rule);
    t.is((await pull(client)).code, 0, "reads go on");
    faulty.release();
    const isOver = rule.then !== "PUT_OK";
    t.is(await codeInTheEnd(() => client.send("Old"), isOver ? 14 : 0), isOver ? 14 : 0);
    t.is((await pull(client)).code, 0);
  });
}

for (const rule of faultList.rules.filter((one) => one.do === "read")) {
  const [error = ""] = rule.errors;
  test(`${rule.name}: ${error}`, async (t) => {
    const { faulty, open } = await start(t);
    const first = await open();
    await first.client.send("Old");
    await first.broker.stop();
    const { client } = await open();
    faulty.faults = [faultOf(rule, error)];
    assertAnswer(t, await pull(client), rule);
    t.is((await client.send("Old")).code, 0);
    faulty.release();
    t.is((await pull(client)).code, 0);
  });
}

const createGroup = (client: Client, group: string): Promise<Answer> =>
  client.call(updateAndCreateSubscriptiongroup, {}, { content: defaultSubscriptionGroup(group) });

const forbid = (client: Client, group: string, readable?: boolean) =>
  client.call(updateAndGetGroupForbidden, { group, topic: "Old", readable });

const requests: Record<BrokerRule["do"], (client: Client, name: string) => Promise<Answer>> = {
  send: (client, name) => client.send(name),
  topic: (client, name) => client.call(updateAndCreateTopic, newTopic(name, 4)),
  group: (client, name) => createGroup(client, name),
  forbid: (client, group) => forbid(client, group, false),
  pull,
  async commit(client, consumerGroup) {
    const pulled = await pull(client, consumerGroup);
    if (pulled.code !== 0) return pulled;
    const place = { consumerGroup, topic: "Old", queueId: 0, commitOffset: 1 };
    return client.call(updateConsumerOffset, place);
  },
};

for (const rule of faultList.brokers.rules) {
  for (const error of rule.errors) {
    test(`${rule.name}: ${error}`, async (t) => {
      const { faulty, open } = await start(t);
      const { broker, client } = await open();
      await client.send("Old");
      faulty.faults = [faultOf(rule, error)];
      assertAnswer(t, await requests[rule.do](client, "New"), rule);
      t.is((await pull(client)).code, 0, "reads go on");
      faulty.release();
      t.is(await codeInTheEnd(() => requests[rule.do](client, "New"), rule.then), rule.then);
      t.is(await codeInTheEnd(() => client.send("New"), 0), 0);
      await broker.stop();
      const again = await open();
      t.is((await again.client.send("New")).code, 0);
      t.is((await pull(again.client)).code, 0);
    });
  }
}

test("a group that could not be forbidden to read may go on reading, and one that could not be allowed may not", async (t) => {
  const { faulty, open } = await start(t);
  const { broker, client } = await open();
  const fault = { call: "write", file: "/config/subscriptionGroup.json", error: "ENOSPC" } as const;
  for (const isReadable of [true, false]) {
    faulty.faults = [fault];
    const failed = await forbid(client, "consumers", !isReadable);
    t.is(failed.code, 1);
    t.regex(failed.remark ?? "", /was not written: ENOSPC/);
    t.is((await forbid(client, "consumers")).content().readable, isReadable);
    faulty.release();
    t.is((await forbid(client, "consumers", !isReadable)).content().readable, !isReadable);
  }
  faulty.faults = [fault];
  t.is((await forbid(client, "consumers", false)).code, 1);
  faulty.release();
  await broker.stop();
  const again = await open();
  t.true((await forbid(again.client, "consumers")).content().readable);
});

function assertAnswer(
  t: ExecutionContext,
  answer: Answer,
  expected: { code?: number; remark?: string },
): void {
  t.is(answer.code, expected.code ?? 0, answer.remark);
  if (expected.remark !== undefined) t.regex(answer.remark ?? "", new RegExp(expected.remark));
}

/** The code that is answered at last: a broker tries its disk each second. */
async function codeInTheEnd(ask: () => Promise<Answer>, wanted: number): Promise<number> {
  for (let i = 0; ; i++) {
    const { code } = await ask();
    if (code === wanted || i > 200) return code;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
