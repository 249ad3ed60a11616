import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, Producer, PushConsumer } from "../../engine/index.js";
import { startCluster, type TestCluster } from "./mqadmin.js";

/** A broker with a topic, messages in it, and a producer and a consumer that are online. */
export interface StagedCluster extends TestCluster {
  /** Puts the cluster's names and addresses in the place of `{words}`. */
  fill(line: string): string;
}

const AUTH = "org.apache.rocketmq.auth";

export async function stageCluster(): Promise<StagedCluster> {
  const folder = await mkdtemp(join(tmpdir(), "staged-"));
  // accounts of 4.x are there to be changed, and nobody needs one
  await mkdir(join(folder, "conf"));
  await writeFile(join(folder, "conf", "plain_acl.yml"), 'globalWhiteRemoteAddresses: ["*"]\n');
  const groups = [{ groupName: "case-listed-a" }, { groupName: "case-listed-b", retryMaxTimes: 4 }];
  await writeFile(join(folder, "groups.json"), JSON.stringify(groups));
  const topics = [{ topicName: "case-listed-a", perm: 4 }, { topicName: "case-listed-b" }];
  await writeFile(join(folder, "topics.json"), JSON.stringify(topics));
  const cluster = await startCluster({
    aclEnable: "true",
    traceTopicEnable: "true",
    enablePropertyFilter: "true",
    authenticationMetadataProvider: `${AUTH}.authentication.provider.LocalAuthenticationMetadataProvider`,
    authorizationMetadataProvider: `${AUTH}.authorization.provider.LocalAuthorizationMetadataProvider`,
    rocketmqHome: folder,
  });
  const client = createClient({ namesrv: cluster.namesrv, timeoutMs: 5000 });
  await client.start();
  await cluster.mqadmin("updateTopic -c DefaultCluster -t pay-events -r 4 -w 4");
  await cluster.mqadmin("updateSubGroup -c DefaultCluster -g pay-group");
  const producer = new Producer(client, {
    group: "pay-producers",
    traceTopic: "RMQ_SYS_TRACE_TOPIC",
  });
  producer.start();
  let consumed = 0;
  const consumer = new PushConsumer(client, {
    group: "pay-group",
    consumeFromWhere: "CONSUME_FROM_FIRST_OFFSET",
    traceTopic: "RMQ_SYS_TRACE_TOPIC",
    listener: () => {
      consumed++;
      return undefined;
    },
  });
  consumer.subscribe("pay-events", "*");
  await consumer.start();
  const sent = [];
  for (let number = 0; number < 8; number++) {
    const body = Buffer.from(`message ${number}`);
    sent.push(
      await producer.send({ topic: "pay-events", body, tags: "paid", keys: [`key-${number}`] }),
    );
  }
  const deadline = Date.now() + 10_000;
  while (consumed < sent.length && Date.now() < deadline)
    await new Promise((r) => setTimeout(r, 20));
  const first = sent[0];
  if (first === undefined || consumed < sent.length) throw new Error("nothing was consumed");
  const words: Record<string, string> = {
    namesrv: cluster.namesrv,
    broker: cluster.broker,
    cluster: "DefaultCluster",
    brokerName: "broker-a",
    topic: "pay-events",
    group: "pay-group",
    producerGroup: "pay-producers",
    clientId: client.id,
    msgId: first.offsetMsgId,
    uniqueKey: first.msgId,
    queueId: String(first.queue.queueId),
    key: "key-0",
    folder,
  };
  return {
    ...cluster,
    fill: (line) => line.replace(/\{(\w+)\}/g, (all, word: string) => words[word] ?? all),
    async stop() {
      await consumer.stop();
      await producer.stop();
      await client.stop();
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
