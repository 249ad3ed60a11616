import test from "ava";
import {
  groups,
  openAdmin,
  progress,
  RefusedError,
  topicChanges,
  topics,
} from "../../src/index.js";
import { startCluster } from "../support/mqadmin.js";

test("a program administers a cluster through the library", async (t) => {
  const cluster = await startCluster();
  const admin = openAdmin({ namesrv: cluster.namesrv });
  try {
    const settings = {
      topicName: "made",
      readQueueNums: 2,
      writeQueueNums: 2,
      perm: 6,
      topicSysFlag: 0,
      order: false,
      attributes: new Map<string, string>(),
    };
    await topicChanges.saveTopic(admin, cluster.broker, settings);
    t.true((await topics.topicNames(admin)).includes("made"));
    t.is((await topics.topicStatus(admin, "made")).queues.length, 2);
    await groups.saveGroup(admin, cluster.broker, groups.defaultSubscriptionGroup("worker"));
    t.is((await groups.groupEverywhere(admin, "worker")).length, 1);
    const refused = await t.throwsAsync(
      () => progress.groupProgress(admin, "nope", { withClients: false }),
      {
        instanceOf: RefusedError,
      },
    );
    t.is(refused.kind, "not-found");
  } finally {
    await admin.close();
    await cluster.stop();
  }
});

test("a name server that is not there is unreachable", async (t) => {
  const admin = openAdmin({ namesrv: "127.0.0.1:1", timeoutMs: 1000 });
  t.like(await t.throwsAsync(() => topics.topicNames(admin)), { kind: "unreachable" });
  await admin.close();
});

test("closing an admin that asked nothing opens nothing", async (t) => {
  await t.notThrowsAsync(openAdmin({ namesrv: "127.0.0.1:1" }).close());
});
