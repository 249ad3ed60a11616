import test from "ava";
import type { LiteLagInfo } from "../../../engine/protocol/bodies/lite-bodies.js";
import { getBrokerClusterInfo } from "../../../engine/protocol/requests/get-broker-cluster-info.js";
import { getBrokerConfig } from "../../../engine/protocol/requests/get-broker-config.js";
import { getBrokerLiteInfo } from "../../../engine/protocol/requests/get-broker-lite-info.js";
import { getLiteClientInfo } from "../../../engine/protocol/requests/get-lite-client-info.js";
import { getLiteGroupInfo } from "../../../engine/protocol/requests/get-lite-group-info.js";
import { getLiteTopicInfo } from "../../../engine/protocol/requests/get-lite-topic-info.js";
import { getParentTopicInfo } from "../../../engine/protocol/requests/get-parent-topic-info.js";
import { getRouteinfoByTopic } from "../../../engine/protocol/requests/get-routeinfo-by-topic.js";
import { switchTimerEngine } from "../../../engine/protocol/requests/switch-timer-engine.js";
import { triggerLiteDispatch } from "../../../engine/protocol/requests/trigger-lite-dispatch.js";
import { millisText } from "../../../src/admin/java-text.js";
import { type AnsweringServer, startAnswering } from "../../support/answering-server.js";
import { type Printed, runMqadmin } from "../../support/mqadmin.js";

const AT = 1795294850828;
const MISMATCH = { code: 29, remark: "Topic [normal] type not match." };

/** A name server, a broker with light topics and one that refuses everything; they speak as Apache 5.5.0 does. */
let namesrv: AnsweringServer;
let lite: AnsweringServer;
let plain: AnsweringServer;
let dispatched: (string | undefined)[] = [];
let engine = "F";
/** Says that it switched, and does not. */
let isDeaf = false;

test.before(async () => {
  lite = await startAnswering((dispatcher) => {
    dispatcher.register(getBrokerLiteInfo, () => ({
      content: {
        storeType: "default",
        maxLmqNum: 20000,
        currentLmqNum: 4,
        liteSubscriptionCount: 3,
        orderInfoCount: 0,
        cqTableSize: 9,
        offsetTableSize: 2,
        eventMapSize: 1,
        topicMeta: new Map([["chats", 30]]),
        groupMeta: new Map([["chats", ["chat-workers"]]]),
      },
    }));
    dispatcher.register(getParentTopicInfo, ({ header }) =>
      header.topic === "chats"
        ? {
            content: {
              topic: "chats",
              ttl: 30,
              groups: ["chat-workers"],
              lmqNum: 4,
              liteTopicCount: 4,
            },
          }
        : MISMATCH,
    );
    dispatcher.register(getLiteTopicInfo, ({ header }) => {
      const isKnown = header.liteTopic === "s1";
      return {
        content: {
          subscriber: isKnown ? [{ clientId: "c-1", group: "chat-workers" }] : undefined,
          topicOffset: {
            minOffset: 0,
            maxOffset: isKnown ? 2 : 0,
            lastUpdateTimestamp: isKnown ? AT : 0,
          },
          shardingToBroker: true,
        },
      };
    });
    dispatcher.register(getLiteClientInfo, ({ header }) => ({
      content:
        header.clientId === "c-1"
          ? {
              lastAccessTime: AT,
              lastConsumeTime: 0,
              liteTopicCount: 3,
              liteTopicSet: ["%LMQ%$chats$s1", "%LMQ%$chats$s2"],
            }
          : { lastAccessTime: 0, lastConsumeTime: 0, liteTopicCount: 0 },
    }));
    dispatcher.register(getLiteGroupInfo, ({ header }) => {
      if (header.group !== "chat-workers")
        return { code: 29, remark: `Group [${header.group}] is not a LITE group.` };
      return {
        content: {
          earliestUnconsumedTimestamp: AT,
          totalLagCount: 3,
          liteTopicOffsetWrapper:
            header.liteTopic === undefined
              ? undefined
              : { brokerOffset: 2, consumerOffset: 1, pullOffset: 0, lastTimestamp: AT },
          lagCountTopK: [lag("s2", 1), lag("s1", 2)],
          lagTimestampTopK: [lag("s1", 2)],
        },
      };
    });
    dispatcher.register(triggerLiteDispatch, ({ header }) => {
      dispatched.push(header.clientId);
      return {};
    });
    dispatcher.register(switchTimerEngine, ({ header }) => {
      if (!isDeaf) engine = header.engineType ?? "";
      return {};
    });
    dispatcher.register(getBrokerConfig, () => ({
      header: { version: "{}" },
      content:
        engine === "F"
          ? "timerStopEnqueue=false\ntimerRocksDBStopScan=true\n"
          : "timerStopEnqueue=true\ntimerRocksDBEnable=true\ntimerRocksDBStopScan=false\n",
    }));
  });
  plain = await startAnswering(() => undefined);
  const brokers = { "broker-a": lite.address, "broker-b": plain.address };
  const datas = Object.entries(brokers).map(([brokerName, address]) => ({
    brokerName,
    cluster: "DefaultCluster",
    brokerAddrs: new Map([[0, address]]),
    enableActingMaster: false,
  }));
  namesrv = await startAnswering((dispatcher) => {
    dispatcher.register(getRouteinfoByTopic, ({ header }) => {
      if (header.topic === "nope") {
        return { code: 17, remark: "No topic route info in name server for the topic: nope" };
      }
      const own = header.topic === "both" ? datas : datas.slice(0, 1);
      const content = {
        brokerDatas: own,
        filterServerTable: new Map<string, string[]>(),
        queueDatas: [],
      };
      return { content };
    });
    dispatcher.register(getBrokerClusterInfo, () => ({
      content: {
        brokerAddrTable: new Map(datas.map((data) => [data.brokerName, data])),
        clusterAddrTable: new Map([["DefaultCluster", Object.keys(brokers)]]),
      },
    }));
  });
});
test.after.always(async () => {
  await Promise.all([namesrv.stop(), lite.stop(), plain.stop()]);
});

function lag(liteTopic: string, lagCount: number): LiteLagInfo {
  return { liteTopic, lagCount, earliestUnconsumedTimestamp: AT };
}

function run(line: string): Promise<Printed> {
  return runMqadmin([...line.split(" "), "-n", namesrv.address]);
}

test("getBrokerLiteInfo shows counters, and in detail what hangs together", async (t) => {
  const { code, stdout, stderr } = await run(`getBrokerLiteInfo -b ${lite.address} -d`);
  t.is(code, 0, stderr);
  t.is(
    stdout,
    `${"#Broker".padEnd(30)} #Store Type       #Max LMQ   #Current LMQ   #SubscriptionCount   #OrderInfoCount   #CQTableSize    #OffsetTableSize   #eventMapSize  \n` +
      `${lite.address.padEnd(30)} default           20000      4              3                    0                 9               2                  1              \n` +
      'Topic Meta: {"chats":30}\nGroup Meta: {"chats":["chat-workers"]}\n\n',
  );
});

test("a broker that refuses is named in its place, and the exit code says so", async (t) => {
  const { code, stdout, stderr } = await run("getBrokerLiteInfo -c DefaultCluster");
  t.is(code, 1);
  t.true(stdout.includes(`\n${lite.address} `));
  t.true(stdout.endsWith(`\n[${plain.address}] error.\n`));
  t.true(stderr.includes("CODE: 3  DESC:  request type 200074 not supported"));
  const json = await run("getBrokerLiteInfo -c DefaultCluster -o json");
  t.is((JSON.parse(json.stdout) as unknown[]).length, 1);
});

test("getParentTopicInfo and getLiteTopicInfo print what each broker says", async (t) => {
  const parent = await run("getParentTopicInfo -p chats");
  t.is(
    parent.stdout,
    "Parent Topic Info: [chats]\n" +
      `${"#Broker Name".padEnd(50)} #TTL     #Lite Count    #LMQ NUM       ${"#GROUPS".padEnd(100)} \n` +
      `${"broker-a".padEnd(50)} 30       4              4              ${"[chat-workers]".padEnd(100)} \n`,
  );
  const topic = await run("getLiteTopicInfo -p chats -l s1 -s");
  t.is(
    topic.stdout,
    "Lite Topic Info: [chats] [s1] [%LMQ%$chats$s1]\n" +
      `${"#Broker Name".padEnd(50)} #MinOffset     #MaxOffset     ${"#LastUpdate".padEnd(30)} #Sharding    #SubClientCount    \n` +
      `${"broker-a".padEnd(50)} 0              2              ${millisText(AT).padEnd(30)} true         1                  \n` +
      "[c-1@chat-workers]\n",
  );
  const unknown = await run("getLiteTopicInfo -p chats -l other -o json");
  t.like(JSON.parse(unknown.stdout), [{ lastUpdate: null, lastUpdateMs: null, subscribers: [] }]);
  t.is((await run("getParentTopicInfo -p normal")).code, 1);
  t.is((await run("getParentTopicInfo -p nope")).code, 3);
});

test("getLiteClientInfo says when a client's list was cut, and null for what is not known", async (t) => {
  const { stdout, stderr } = await run("getLiteClientInfo -p chats -g chat-workers -c c-1 -s");
  t.is(
    stdout,
    "Lite Client Info: [chats] [chat-workers] [c-1]\n" +
      `${"#Broker".padEnd(30)} #LiteTopicCount      ${"#LastAccessTime".padEnd(30)} ${"#LastConsumeTime".padEnd(30)} \n` +
      `${"broker-a".padEnd(30)} 3                    ${millisText(AT).padEnd(30)} ${"N/A".padEnd(30)} \n` +
      "Lite Topics: [%LMQ%$chats$s2, %LMQ%$chats$s1]\n\n",
  );
  t.is(stderr, "broker-a named 2 of the client's 3 light topics\n");
  const nobody = await run("getLiteClientInfo -p chats -g chat-workers -c nobody -o json");
  t.like(JSON.parse(nobody.stdout), [{ liteTopicCount: null, lastAccess: null, isCut: false }]);
});

test("getLiteGroupInfo adds up what brokers say and ranks light topics", async (t) => {
  const all = await run("getLiteGroupInfo -p chats -g chat-workers");
  t.regex(
    all.stdout,
    /^Lite Group Info: \[chat-workers\] \[chats\]\nTotal Lag Count: 3\nMin Unconsumed Timestamp: 1795294850828 \(-?\d+ s ago\)\n\n------TopK by lag count-----\nNO /,
  );
  t.true(all.stdout.indexOf("1      s1 ") < all.stdout.indexOf("2      s2 "));
  const one = await run("getLiteGroupInfo -p chats -g chat-workers -l s1");
  t.true(
    one.stdout.includes(
      `${"broker-a".padEnd(50)} 2                1                1                ${millisText(AT).padEnd(30)}\n`,
    ),
  );
  t.false(one.stdout.includes("TopK"));
  const json = await run("getLiteGroupInfo -p both -g chat-workers -k 2 -o json");
  t.is(json.code, 1);
  t.like(JSON.parse(json.stdout), {
    totalLagCount: 3,
    failedBrokers: ["broker-b"],
    isCut: true,
    byLagCount: [{ liteTopic: "s1" }, { liteTopic: "s2" }],
  });
});

test.serial("triggerLiteDispatch says which broker did it and which did not", async (t) => {
  dispatched = [];
  const dry = await run("triggerLiteDispatch -p both -g chat-workers -c c-1 --dry-run");
  t.is(dry.code, 0, dry.stderr);
  t.deepEqual(dispatched, []);
  t.is(dry.stdout.match(/^TRIGGER_LITE_DISPATCH \(200079\) to broker /gm)?.length, 2);
  const { code, stdout, stderr } = await run("triggerLiteDispatch -p both -g chat-workers -c c-1");
  t.is(code, 1);
  t.deepEqual(dispatched, ["c-1"]);
  t.is(
    stdout,
    "Group And Topic Info: [chat-workers] [both]\n\n" +
      `${"broker-a".padEnd(30)} dispatched  \n${"broker-b".padEnd(30)} error       \n`,
  );
  t.true(stderr.includes("done by broker broker-a; not done by broker broker-b: "));
  const nobody = await run("triggerLiteDispatch -p both -g chat-workers -b broker-c");
  t.is(nobody.code, 3);
});

test.serial("switchTimerEngine is rehearsed, made and read back", async (t) => {
  const dry = await run(`switchTimerEngine -b ${lite.address} -e R --dry-run`);
  t.is(dry.code, 0, dry.stderr);
  t.true(dry.stdout.includes("timerRocksDBStopScan: true -> false"), dry.stdout);
  t.is(engine, "F");
  const made = await run(`switchTimerEngine -b ${lite.address} -e R`);
  t.deepEqual(made, {
    code: 0,
    stdout: `switchTimerEngine to ROCKSDB_TIMELINE success, ${lite.address}\n`,
    stderr: "",
  });
  isDeaf = true;
  const lost = await run(`switchTimerEngine -b ${lite.address} -e F`);
  isDeaf = false;
  t.is(lost.code, 1);
  t.true(lost.stderr.includes("timerRocksDBStopScan reads back as false where true was wanted"));
  const wrong = await run(`switchTimerEngine -b ${lite.address} -e X`);
  t.deepEqual(wrong, {
    code: 2,
    stdout: "switchTimerEngine engineType must be R or F\n",
    stderr: "",
  });
});
