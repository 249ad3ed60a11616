import test from "ava";
import { ackMessage } from "../../engine/protocol/requests/ack-message.js";
import { popMessage } from "../../engine/protocol/requests/pop-message.js";
import { clientOf } from "../engine/broker/harness.js";
import { type Popped, poppedOf } from "../engine/broker/pop-harness.js";
import { type Running, startBrokerProcess, temporaryHome } from "../support/programs.js";

const MESSAGES = 300;
const INVISIBLE_MS = 1500;
/** Until all that was not acknowledged must have come back. */
const LATEST_MS = 20_000;
/** How long what is too much may take to show up after that. */
const QUIET_MS = 600;

type Client = ReturnType<typeof clientOf>;

async function take(client: Client, pollTime: number): Promise<Popped[]> {
  const answer = await client.call(popMessage, {
    consumerGroup: "g",
    topic: "T",
    queueId: -1,
    maxMsgNums: 8,
    invisibleTime: INVISIBLE_MS,
    pollTime,
    bornTime: Date.now(),
    initMode: 0,
  });
  return answer.code === 0 ? poppedOf(answer.header, answer.body) : [];
}

async function acknowledge(client: Client, { message, topic, receipt }: Popped): Promise<void> {
  const { queueId, queueOffset: offset } = message;
  const header = { consumerGroup: "g", topic, queueId, offset, extraInfo: receipt };
  const { code, remark } = await client.call(ackMessage, header);
  if (code !== 0) throw new Error(`ack refused: ${code} ${remark}`);
}

test("after kill -9 nothing acknowledged comes again and nothing else is lost", async (t) => {
  t.timeout(60_000);
  const home = temporaryHome();
  t.teardown(home.remove);
  const startBroker = async (): Promise<{ broker: Running; address: string }> => {
    const broker = await startBrokerProcess(home, { settings: ["reviveInterval=200"] });
    const address = /broker-a, ([\d.]+:\d+)/.exec(broker.stdout())?.[1] ?? "";
    return { broker, address };
  };
  const all = Array.from({ length: MESSAGES }, (_, i) => String(i));
  const first = await startBroker();
  const before = clientOf(t, first.address);
  for (const [index, body] of all.entries()) {
    await before.send("T", { body, queueId: index % 4, properties: { UNIQ_KEY: `key-${body}` } });
  }
  const acknowledged = new Set<string>();
  const consume = async (): Promise<void> => {
    for (let count = 0; ;) {
      for (const popped of await take(before, 0)) {
        if (count++ % 3 === 0) continue;
        await acknowledge(before, popped);
        acknowledged.add(popped.text);
        if (acknowledged.size === MESSAGES / 3) first.broker.child.kill("SIGKILL");
      }
    }
  };
  await Promise.allSettled([consume(), consume(), consume()]);
  await first.broker.ended;
  await before.stop();

  const second = await startBroker();
  const after = clientOf(t, second.address);
  const again: string[] = [];
  const rest = new Set<string>();
  const missing = () => all.filter((text) => !acknowledged.has(text) && !rest.has(text));
  let until = Date.now() + LATEST_MS;
  for (let isComplete = false; Date.now() < until;) {
    for (const popped of await take(after, 200)) {
      if (acknowledged.has(popped.text)) again.push(popped.text);
      rest.add(popped.text);
      await acknowledge(after, popped);
    }
    if (isComplete || missing().length > 0) continue;
    isComplete = true;
    until = Date.now() + QUIET_MS;
  }
  t.deepEqual(missing(), []);
  t.deepEqual(again, []);
  second.broker.child.kill("SIGTERM");
  await second.broker.ended;
});
