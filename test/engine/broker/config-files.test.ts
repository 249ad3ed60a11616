import { existsSync, readFileSync, writeFileSync } from "node:fs";
import test from "ava";
import type { Logger } from "../../../engine/base/log.js";
import { updateAndCreateTopic } from "../../../engine/protocol/requests/update-and-create-topic.js";
import { newTopic } from "./admin/support.js";
import { brokerFor, pullHeader, temporaryFolder } from "./harness.js";
import { pullMessage } from "../../../engine/protocol/requests/pull-message.js";

const FILES = ["topics.json", "subscriptionGroup.json"];

test("whichever configuration file is broken, cut or missing, the broker starts with its backup and says so", async (t) => {
  const storeDir = temporaryFolder(t);
  for (let life = 0; life < 2; life++) {
    const broker = await brokerFor(t, { storeDir });
    const client = broker.connect();
    await client.call(updateAndCreateTopic, newTopic(`Kept${life}`, 4));
    await client.send("Kept0", { properties: { DELAY: "1" } });
    await client.call(pullMessage, pullHeader("Kept0", { consumerGroup: `group${life}` }));
    await broker.stop();
  }
  const paths = FILES.map((name) => `${storeDir}/config/${name}`);
  for (const path of paths) t.true(existsSync(`${path}.bak`), path);
  for (const damage of ["{", "", "\0\0\0\0"]) {
    for (const path of paths) writeFileSync(path, damage);
    const warned = new Set<unknown>();
    const warn = (text: string, fields?: Record<string, unknown>): void => {
      if (/configuration file .* backup/.test(text)) warned.add(fields?.path);
    };
    const ignore = (): undefined => undefined;
    const logger: Logger = { debug: ignore, info: ignore, warn, error: ignore };
    const broker = await brokerFor(t, { storeDir, logger });
    for (const path of paths) t.true(warned.has(path), path);
    t.is((await broker.connect().send("Kept0")).code, 0);
    await broker.stop();
    for (const path of paths) t.notThrows(() => void JSON.parse(readFileSync(path, "utf8")), path);
  }
});
