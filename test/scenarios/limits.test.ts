import test from "ava";
import { decodeRecords } from "../../engine/message/decode.js";
import { pullMessage } from "../../engine/protocol/requests/pull-message.js";
import { updateBrokerConfig } from "../../engine/protocol/requests/update-broker-config.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import { brokerFor, pullHeader } from "../engine/broker/harness.js";

test("a pull gives 32 messages and 256 KiB at most, unless the broker is told otherwise", async (t) => {
  const client = (await brokerFor(t)).connect();
  for (let i = 0; i < 40; i++) await client.send("T");
  const body = Buffer.alloc(60_000);
  for (let i = 0; i < 10; i++) await client.send("T", { queueId: 1, body });
  const pulled = async (other: object): Promise<number> => {
    const answer = await client.call(pullMessage, pullHeader("T", { maxMsgNums: 100, ...other }));
    const { length } = decodeRecords(answer.body ?? Buffer.alloc(0));
    t.is(answer.header.nextBeginOffset, length);
    return length;
  };
  t.is(await pulled({}), 32);
  t.is(await pulled({ maxMsgNums: 7 }), 7);
  t.is(await pulled({ queueId: 1 }), 4);
  const text = "maxTransferCountOnMessageInMemory=36\nmaxTransferBytesOnMessageInMemory=400000\n";
  t.is((await client.call(updateBrokerConfig, {}, { body: Buffer.from(text) })).code, 0);
  t.is(await pulled({}), 36);
  t.is(await pulled({ queueId: 1 }), 6);
});

test("more pulls than pullThreadPoolQueueCapacity do not wait for messages", async (t) => {
  const client = (await brokerFor(t, { config: { pullThreadPoolQueueCapacity: 2 } })).connect();
  await client.send("T");
  const FLAG_SUSPEND = 2;
  const pull = (queueId = 0) =>
    client.call(
      pullMessage,
      pullHeader("T", { queueId, queueOffset: 1 - queueId, sysFlag: 4 | FLAG_SUSPEND }),
    );
  const waiting = [pull(), pull()];
  t.is((await pull(1)).code, ResponseCode.PULL_NOT_FOUND);
  await client.send("T");
  t.deepEqual(
    (await Promise.all(waiting)).map(({ code }) => code),
    [0, 0],
  );
  const next = pull(1);
  await client.send("T", { queueId: 1 });
  t.is((await next).code, 0);
});
