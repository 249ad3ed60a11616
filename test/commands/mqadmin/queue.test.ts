import test from "ava";
import { checkRocksdbCqWriteProgress } from "../../../engine/protocol/requests/check-rocksdb-cq-write-progress.js";
import {
  type AnsweringServer,
  startAnswering,
  startListing,
} from "../../support/answering-server.js";
import { runMqadmin } from "../../support/mqadmin.js";

/** What the brokers were asked for. */
const asked: { topic: string; since: number | undefined }[] = [];
let looking: AnsweringServer;
let failing: AnsweringServer;
let broken: AnsweringServer;

function answering(body: string): Promise<AnsweringServer> {
  return startAnswering((dispatcher) =>
    dispatcher.register(checkRocksdbCqWriteProgress, ({ header }) => {
      asked.push({ topic: header.topic, since: header.checkStoreTime });
      return { content: body };
    }),
  );
}

test.before(async () => {
  looking = await answering('{"checkStatus":2}');
  failing = await answering('{"checkResult":"no such store","checkStatus":3}');
  broken = await answering("busy");
});
test.after.always(() => Promise.all([looking.stop(), failing.stop(), broken.stop()]));

test.serial("every master of the cluster is asked, its slaves are not", async (t) => {
  const namesrv = await startListing({
    "broker-a": { 0: looking.address, 1: broken.address },
    "broker-b": { 1: broken.address },
  });
  const { code, stdout, stderr } = await runMqadmin(
    `checkRocksdbCqWriteProgress -c DefaultCluster --nameserverAddr ${namesrv.address} -t pay -cf 1000`.split(
      " ",
    ),
  );
  await namesrv.stop();
  t.is(code, 0, stderr);
  t.is(stdout, "broker-a check doing, please wait and get the result from log... \n");
  t.deepEqual(asked, [{ topic: "pay", since: 1000 }]);
});

test.serial(
  "a broker that cannot compare, and one that makes no sense, are failures",
  async (t) => {
    const namesrv = await startListing({
      "broker-a": { 0: failing.address },
      "broker-b": { 0: broken.address },
    });
    const line = ["checkRocksdbCqWriteProgress", "-c", "DefaultCluster", "-n", namesrv.address];
    const { code, stdout, stderr } = await runMqadmin(line);
    const json = await runMqadmin([...line, "-o", "json"]);
    await namesrv.stop();
    t.is(code, 1);
    t.is(stdout, "broker-a check error, please check log... errInfo: no such store");
    t.true(stderr.includes("broker-a could not compare: no such store"));
    t.true(stderr.includes(`${broken.address} answered the check with what is no JSON`));
    t.deepEqual(JSON.parse(json.stdout), [
      { brokerName: "broker-a", status: "error", result: "no such store" },
    ]);
  },
);

test.serial("what is missing is listed with the name servers, as upstream does", async (t) => {
  const { code, stdout, stderr } = await runMqadmin(["checkRocksdbCqWriteProgress"]);
  t.is(code, 2);
  t.true(stderr.startsWith("Missing required options: c, n\n"));
  t.true(stdout.includes(" -n,--nameserverAddr <arg>   nameserverAddr\n"));
  const known = await runMqadmin(["checkRocksdbCqWriteProgress", "-c", "DefaultCluster"], {
    NAMESRV_ADDR: "127.0.0.1:1",
  });
  t.is(known.code, 5);
});
