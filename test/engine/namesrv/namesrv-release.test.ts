import test from "ava";
import { addWritePermOfBroker } from "../../../engine/protocol/requests/add-write-perm-of-broker.js";
import { getNamesrvConfig } from "../../../engine/protocol/requests/get-namesrv-config.js";
import { getRouteinfoByTopic } from "../../../engine/protocol/requests/get-routeinfo-by-topic.js";
import { updateNamesrvConfig } from "../../../engine/protocol/requests/update-namesrv-config.js";
import { Version } from "../../../engine/protocol/versions.js";
import { register, startStage } from "./support.js";

const config = { rocketmqVersion: "4.8.0" };

test("a name server of 4.8.0 says so, shows that release's configuration and knows its requests", async (t) => {
  const { admin, address, namesrv } = await startStage(t, { config });
  t.is(namesrv.bootLine(), "The Name Server boot success. serializeType=JSON");
  const { version, content } = await admin.call(address, getNamesrvConfig, {});
  t.is(version, Version.V4_8_0);
  const names = content()
    .trim()
    .split("\n")
    .map((line) => line.split("=")[0]);
  t.deepEqual(names, [
    "clusterTest",
    "configStorePath",
    "kvConfigPath",
    "listenPort",
    "orderMessageEnable",
    "productEnvName",
    "serverAsyncSemaphoreValue",
    "serverCallbackExecutorThreads",
    "serverChannelMaxIdleTimeSeconds",
    "serverOnewaySemaphoreValue",
    "serverPooledByteBufAllocatorEnable",
    "serverSelectorThreads",
    "serverSocketRcvBufSize",
    "serverSocketSndBufSize",
    "serverWorkerThreads",
    "useEpollNativeSelector",
  ]);
  t.regex(content(), /^serverSocketRcvBufSize=65535$/m);
  const refused = await admin.call(
    address,
    addWritePermOfBroker,
    { brokerName: "broker-a" },
    { accept: [3] },
  );
  t.is(refused.code, 3);
});

test("a name server of 4.8.0 gives every client the JSON of its time", async (t) => {
  const stage = await startStage(t, { config });
  await register(stage, stage.client());
  const asked = { topic: "TopicA", acceptStandardJsonOnly: true };
  const { body } = await stage.admin.call(stage.address, getRouteinfoByTopic, asked);
  t.regex(String(body), /"brokerAddrs":\{0:"10\.0\.0\.1:10911"\}/);
  const unknown = { ...asked, topic: "none" };
  const { remark } = await stage.admin.call(stage.address, getRouteinfoByTopic, unknown, {
    accept: [17],
  });
  t.true(remark?.endsWith("\nSee http://rocketmq.apache.org/docs/faq/ for further details."));
});

test("a change at run time keeps the release, and no release that there is not is taken", async (t) => {
  const { admin, address, namesrv } = await startStage(t, { config });
  const body = Buffer.from("rocketmqVersion=9.9.9\norderMessageEnable=true\n");
  await admin.call(address, updateNamesrvConfig, {}, { body });
  const kept = new Map(namesrv.configuration.entries());
  t.is(kept.get("rocketmqVersion"), "4.8.0");
  t.is(kept.get("orderMessageEnable"), "true");
});
