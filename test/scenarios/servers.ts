import type { ExecutionContext } from "ava";
import { type Client, type ClientOptions, createClient } from "../../engine/client/client.js";
import { Producer } from "../../engine/client/producer.js";
import { startBroker, startNamesrv } from "../../engine/index.js";
import type { StartBrokerOptions } from "../../engine/broker/start-broker.js";

/** A name server and a broker in this process, and clients on sockets of their own; the end of the test stops them. */
export async function startServers(t: ExecutionContext, options: StartBrokerOptions = {}) {
  const namesrv = await startNamesrv({ host: "127.0.0.1", port: 0 });
  t.teardown(() => namesrv.stop());
  const broker = await startBroker({ namesrv, ...options });
  t.teardown(() => broker.stop());
  const client = async (own: Partial<ClientOptions> = {}): Promise<Client> => {
    const one = createClient({ namesrv: namesrv.address, ...own });
    await one.start();
    t.teardown(() => one.stop());
    return one;
  };
  const producer = new Producer(await client(), { group: "PG" });
  producer.start();
  const queue = { topic: "T", brokerName: "broker-a", queueId: 0 };
  await producer.send({ topic: "T", body: Buffer.from("first") });
  /** To queue 0 of topic T. */
  const send = (body: string, tags?: string) =>
    producer.send({ topic: "T", body: Buffer.from(body), ...(tags && { tags }) }, { queue });
  return { namesrv, broker, client, producer, queue, send };
}

/** Resolves when a condition holds; the test's own deadline ends the wait. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}
