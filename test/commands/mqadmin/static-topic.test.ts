import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import type { TopicConfigAndQueueMapping } from "../../../engine/protocol/bodies/topic-queue-mapping.js";
import { getMaxOffset } from "../../../engine/protocol/requests/get-max-offset.js";
import { getTopicConfig } from "../../../engine/protocol/requests/get-topic-config.js";
import { getTopicStatsInfo } from "../../../engine/protocol/requests/get-topic-stats-info.js";
import { updateAndCreateStaticTopic } from "../../../engine/protocol/requests/update-and-create-static-topic.js";
import { ResponseCode } from "../../../engine/protocol/response-codes.js";
import {
  type AnsweringServer,
  startAnswering,
  startListing,
} from "../../support/answering-server.js";
import { type Printed, runMqadmin } from "../../support/mqadmin.js";

/** A broker that keeps static topics, as ours does not. */
interface StaticBroker extends AnsweringServer {
  topics: Map<string, TopicConfigAndQueueMapping>;
  /** Which logical offsets it was told, request by request. */
  told: (number | undefined)[];
  refuses: boolean;
}

const MESSAGES_PER_QUEUE = 7;

async function startStaticBroker(brokerName: string): Promise<StaticBroker> {
  const topics = new Map<string, TopicConfigAndQueueMapping>();
  const told: (number | undefined)[] = [];
  const server = await startAnswering((dispatcher) => {
    dispatcher.register(getMaxOffset, () => ({ header: { offset: 0 } }));
    dispatcher.register(getTopicConfig, ({ header }) => {
      const content = topics.get(header.topic);
      return content === undefined
        ? { code: ResponseCode.TOPIC_NOT_EXIST, remark: "No topic in this broker!" }
        : { content };
    });
    dispatcher.register(updateAndCreateStaticTopic, ({ header, content }) => {
      if (broker.refuses) return { code: ResponseCode.SYSTEM_ERROR, remark: "no more" };
      const mappingDetail = content();
      told.push([...mappingDetail.hostedQueues.values()][0]?.at(-1)?.logicOffset);
      topics.set(header.topic, {
        topicName: header.topic,
        readQueueNums: header.readQueueNums,
        writeQueueNums: header.writeQueueNums,
        perm: header.perm,
        topicFilterType: "SINGLE_TAG",
        topicSysFlag: 0,
        order: false,
        attributes: {},
        mappingDetail,
      });
      return {};
    });
    dispatcher.register(getTopicStatsInfo, ({ header: { topic } }) => ({
      content: {
        topicPutTps: 0,
        offsetTable: Array.from(
          { length: topics.get(topic)?.readQueueNums ?? 0 },
          (_, queueId) => ({
            queue: { topic, brokerName, queueId },
            value: { minOffset: 0, maxOffset: MESSAGES_PER_QUEUE, lastUpdateTimestamp: 0 },
          }),
        ),
      },
    }));
  });
  const broker: StaticBroker = { ...server, topics, told, refuses: false };
  return broker;
}

let folder: string;
let before: string | undefined;
let a: StaticBroker;
let b: StaticBroker;
let listing: AnsweringServer;
test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), "static-topic-"));
  before = process.env["TMPDIR"];
  process.env["TMPDIR"] = folder;
  a = await startStaticBroker("broker-a");
  b = await startStaticBroker("broker-b");
  listing = await startListing({ "broker-a": { 0: a.address }, "broker-b": { 0: b.address } });
});
test.after.always(async () => {
  if (before === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = before;
  for (const server of [a, b, listing]) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

function run(line: string): Promise<Printed> {
  return runMqadmin([...line.split(" "), "-n", listing.address]);
}

test.serial("a static topic is made, and both mappings are left in files", async (t) => {
  const { code, stdout, stderr } = await run("updateStaticTopic -b broker-a -t fixed -qn 2");
  t.is(code, 0, stderr);
  const files =
    /^The old mapping data is written to file (\S+\.before)\nThe new mapping data is written to file (\S+\.after)\n$/.exec(
      stdout,
    );
  const texts = await Promise.all((files ?? []).slice(1).map((file) => readFile(file, "utf8")));
  t.regex(
    texts[0] ?? "",
    /^\{"brokerConfigMap":\{\},"brokerToMapIn":\[\],"brokerToMapOut":\[\],"epoch":\d+,"topic":"fixed","type":"CREATE_OR_UPDATE"\}$/,
  );
  t.true(
    texts[1]?.includes(
      '"hostedQueues":{0:[{"bname":"broker-a","endOffset":-1,"gen":0,"logicOffset":0,"queueId":0,',
    ),
  );
  t.is(a.topics.get("fixed")?.mappingDetail?.hostedQueues.size, 2);
  t.like(b.topics.get("fixed"), { readQueueNums: 0, mappingDetail: { totalQueues: 2 } });
});

test.serial("it grows only when it has to", async (t) => {
  const again = await run("updateStaticTopic -b broker-a -t fixed -qn 2");
  t.is(again.code, 1);
  t.true(again.stderr.includes("The topic queue num is equal the existed queue num, do nothing"));
  const dry = await run("updateStaticTopic -b broker-a -t fixed -qn 4 --dry-run --output json");
  t.like(JSON.parse(dry.stdout), [
    {
      request: "UPDATE_AND_CREATE_STATIC_TOPIC",
      before: { totalQueues: 2 },
      after: { totalQueues: 4 },
    },
    {
      request: "UPDATE_AND_CREATE_STATIC_TOPIC",
      before: { totalQueues: 2 },
      after: { totalQueues: 4 },
    },
  ]);
  t.is(a.topics.get("fixed")?.mappingDetail?.totalQueues, 2);
});

test.serial("its queues move: the new leader goes on behind the old one's end", async (t) => {
  a.told.length = 0;
  b.told.length = 0;
  const { code, stdout, stderr } = await run("remappingStaticTopic -b broker-b -t fixed");
  t.is(code, 0, stderr);
  t.regex(
    stdout,
    /^The old mapping data is written to file \S+\.before\nThe old mapping data is written to file \S+\.after\n$/,
  );
  t.deepEqual(b.told, [-1, 10_000], "open first, then with the offset to go on at");
  t.deepEqual(a.told, [-1]);
  t.like(b.topics.get("fixed")?.mappingDetail?.hostedQueues.get(1), [
    { bname: "broker-a", logicOffset: 0 },
    { bname: "broker-b", logicOffset: 10_000, gen: 1 },
  ]);
});

test.serial("a mapping of a file is sent again", async (t) => {
  await run("updateStaticTopic -c DefaultCluster -t kept -qn 2");
  const grown = await run("updateStaticTopic -c DefaultCluster -t kept -qn 6 --output json");
  const { before: file, epoch } = JSON.parse(grown.stdout) as { before: string; epoch: number };
  const line = `updateStaticTopic -c DefaultCluster -t kept -qn 2 -mf ${file} -fr true --output json`;
  const back = await run(line);
  t.is(back.code, 0, back.stderr);
  t.like(JSON.parse(back.stdout), { topic: "kept", queues: 2, before: null, after: null });
  t.true((a.topics.get("kept")?.mappingDetail?.epoch ?? 0) < epoch);
  const other = await run(line.replace("-t kept", "-t fixed"));
  t.is(other.code, 2);
  t.true(other.stderr.includes("holds no mapping of topic fixed"));
});

test.serial("who did it and who did not is named when a broker refuses half way", async (t) => {
  b.refuses = true;
  const { code, stderr } = await run("updateStaticTopic -c DefaultCluster -t half -qn 2");
  b.refuses = false;
  t.is(code, 1);
  t.regex(stderr, /done by broker-a; not done by broker-b: .*no more/);
});

test.serial("a broker or cluster that is not there stops it before anything is sent", async (t) => {
  const broker = await run("updateStaticTopic -b nobroker -t none -qn 2");
  t.is(broker.code, 3);
  t.true(broker.stderr.includes("Can't find addr for broker nobroker"));
  t.true(broker.stdout.includes("The new mapping data is written to file"));
  t.false(a.topics.has("none"));
  const cluster = await run("remappingStaticTopic -c NoCluster -t fixed");
  t.is(cluster.code, 3);
  t.true(cluster.stderr.includes("Find none brokers, do nothing"));
  const topic = await run("remappingStaticTopic -b broker-a -t none");
  t.is(topic.code, 3);
  t.true(topic.stderr.includes("No topic route to do the remapping"));
});
