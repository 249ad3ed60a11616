/** Changes of the configuration that were acknowledged over a socket, looked for after a power cut. */
import test, { type ExecutionContext } from "ava";
import { silentLogger } from "../../../engine/base/log.js";
import { JsonConfigFile } from "../../../engine/broker/json-config-file.js";
import { defaultSubscriptionGroup } from "../../../engine/protocol/bodies/subscription-group-config.js";
import { authCreateAcl } from "../../../engine/protocol/requests/auth-create-acl.js";
import { authCreateUser } from "../../../engine/protocol/requests/auth-create-user.js";
import { deleteSubscriptiongroup } from "../../../engine/protocol/requests/delete-subscriptiongroup.js";
import { deleteTopicInBroker } from "../../../engine/protocol/requests/delete-topic-in-broker.js";
import { setMessageRequestMode } from "../../../engine/protocol/requests/set-message-request-mode.js";
import { updateAndCreateSubscriptiongroup } from "../../../engine/protocol/requests/update-and-create-subscriptiongroup.js";
import { updateAndCreateTopic } from "../../../engine/protocol/requests/update-and-create-topic.js";
import { updateAndGetGroupForbidden } from "../../../engine/protocol/requests/update-and-get-group-forbidden.js";
import { updateBrokerConfig } from "../../../engine/protocol/requests/update-broker-config.js";
import { MemoryDisk } from "../../support/memory-disk.js";
import { Random } from "../../torture/random.js";
import { newTopic } from "./admin/support.js";
import { brokerFor } from "./harness.js";

const ROOT = "/data/store";

type Client = ReturnType<Awaited<ReturnType<typeof brokerFor>>["connect"]>;

/** A change, and whether it is found in the files. */
interface Change {
  ask: (client: Client) => Promise<{ code: number; remark?: string | undefined }>;
  isIn: (disk: MemoryDisk) => boolean;
}

/** What stands in one or another of the files. */
interface Tables {
  topicConfigTable: Record<string, unknown>;
  subscriptionGroupTable: Record<string, unknown>;
  forbiddenTable: Record<string, Record<string, number>>;
  messageRequestModeMap: Record<string, Record<string, { popShareQueueNum: number }>>;
  users: { username: string }[];
  acls: { subject: string }[];
}

function tables(disk: MemoryDisk, name: string): Tables {
  const file = new JsonConfigFile(`${ROOT}/config/${name}`, disk.files, silentLogger);
  const found = file.load((text) => JSON.parse(text) as Partial<Tables>);
  const none = { topicConfigTable: {}, subscriptionGroupTable: {}, forbiddenTable: {} };
  return { ...none, messageRequestModeMap: {}, users: [], acls: [], ...found };
}

const topics = (disk: MemoryDisk) => tables(disk, "topics.json").topicConfigTable;
const groups = (disk: MemoryDisk) => tables(disk, "subscriptionGroup.json");
const user = (name: string) => ({ username: name, password: "p", userType: "Normal" });

/** Several of each kind; later ones undo none of those before. */
function changes(i: number): Change[] {
  const [topic, group] = [`topic-${i}`, `group-${i}`];
  return [
    {
      ask: (client) => client.call(updateAndCreateTopic, newTopic(topic, 4)),
      isIn: (disk) => topic in topics(disk),
    },
    {
      ask: (client) => client.call(updateAndCreateTopic, newTopic(`gone-${i}`, 4)),
      isIn: () => true,
    },
    {
      ask: (client) => client.call(deleteTopicInBroker, { topic: `gone-${i}` }),
      isIn: (disk) => !(`gone-${i}` in topics(disk)),
    },
    {
      ask: (client) => {
        const content = defaultSubscriptionGroup(group);
        return client.call(updateAndCreateSubscriptiongroup, {}, { content });
      },
      isIn: (disk) => group in groups(disk).subscriptionGroupTable,
    },
    {
      ask: (client) => client.call(updateAndGetGroupForbidden, { group, topic, readable: false }),
      isIn: (disk) => groups(disk).forbiddenTable[group]?.[topic] === 4,
    },
    {
      ask: (client) => {
        const content = defaultSubscriptionGroup(`gone-${i}`);
        return client.call(updateAndCreateSubscriptiongroup, {}, { content });
      },
      isIn: () => true,
    },
    {
      ask: (client) => client.call(deleteSubscriptiongroup, { groupName: `gone-${i}` }),
      isIn: (disk) => !(`gone-${i}` in groups(disk).subscriptionGroupTable),
    },
    {
      ask: (client) => {
        const mode = {
          topic,
          consumerGroup: "consumers",
          mode: "POP",
          popShareQueueNum: i,
        } as const;
        return client.call(setMessageRequestMode, {}, { content: mode });
      },
      isIn: (disk) => {
        const { messageRequestModeMap: modes } = tables(disk, "messageRequestMode.json");
        return modes[topic]?.["consumers"]?.popShareQueueNum === i;
      },
    },
    {
      ask: (client) => {
        const username = `user-${i}`;
        return client.call(authCreateUser, { username }, { content: user(username) });
      },
      isIn: (disk) =>
        tables(disk, "auth.json").users.some(({ username }) => username === `user-${i}`),
    },
    {
      ask: (client) => {
        const subject = `User:user-${i}`;
        const entries = [
          { resource: "Topic:*", actions: ["Pub"], sourceIps: [], decision: "Allow" },
        ];
        const content = { subject, policies: [{ policyType: "Custom", entries }] };
        return client.call(authCreateAcl, { subject }, { content });
      },
      isIn: (disk) =>
        tables(disk, "auth.json").acls.some(({ subject }) => subject === `User:user-${i}`),
    },
    {
      ask: (client) => {
        const body = Buffer.from(`maxMessageSize=${4_000_000 + i}`);
        return client.call(updateBrokerConfig, {}, { body });
      },
      isIn: (disk) =>
        Number(
          /^maxMessageSize=(\d+)$/m.exec(
            disk.files.readText(`${ROOT}/config/broker.properties`) ?? "",
          )?.[1],
        ) >=
        4_000_000 + i,
    },
  ];
}

async function start(t: ExecutionContext) {
  const disk = new MemoryDisk();
  disk.files.makeDirectory(ROOT);
  const broker = await brokerFor(t, {
    files: disk.files,
    storeDir: ROOT,
    config: { authenticationMetadataProvider: PROVIDER },
  });
  return { disk, broker, client: broker.connect() };
}

const PROVIDER =
  "org.apache.rocketmq.auth.authentication.provider.LocalAuthenticationMetadataProvider";

test.serial(
  "[S-CONF-1] a change of topics, groups, modes, users, rules or broker.conf that was acknowledged is there after a power cut",
  async (t) => {
    const { disk, client } = await start(t);
    const random = new Random(1);
    const made: Change[] = [];
    for (let i = 0; i < 8; i++) {
      for (const change of changes(i)) {
        const { code, remark } = await change.ask(client);
        t.is(code, 0, remark);
        made.push(change);
        const found = disk.afterPowerCut(random);
        const lost = made.slice(-20).filter(({ isIn }) => !isIn(found));
        t.deepEqual(lost.map(String), [], `${i}: ${lost[0]?.isIn.toString() ?? ""}`);
      }
    }
  },
);

test.serial("[S-CONF-1] many changes at once share their syncs", async (t) => {
  const { disk, client } = await start(t);
  await client.call(updateAndCreateTopic, newTopic("first", 4));
  disk.events.length = 0;
  const asked = Array.from({ length: 50 }, (_, i) =>
    client.call(updateAndCreateTopic, newTopic(`topic-${i}`, 4)),
  );
  for (const { code } of await Promise.all(asked)) t.is(code, 0);
  const found = topics(disk.afterPowerCut(new Random(2)));
  t.is(Object.keys(found).filter((name) => name.startsWith("topic-")).length, 50);
  t.true(disk.events.filter((event) => event === `sync ${ROOT}/config`).length < 25);
});
