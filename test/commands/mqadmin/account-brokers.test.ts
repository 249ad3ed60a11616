import test, { type ExecutionContext } from "ava";
import { deleteAclConfig } from "../../../engine/protocol/requests/delete-acl-config.js";
import { getBrokerClusterAclInfo } from "../../../engine/protocol/requests/get-broker-cluster-acl-info.js";
import { updateAndCreateAclConfig } from "../../../engine/protocol/requests/update-and-create-acl-config.js";
import { startAnswering, startListing } from "../../support/answering-server.js";
import { type Printed, runMqadmin } from "../../support/mqadmin.js";

const AT = 1700000000000;

/** A master and a slave that answer as brokers of 5.2 do, which do not tell their accounts, and who was asked. */
async function replicas(t: ExecutionContext) {
  const asked: string[] = [];
  const start = async (name: string) => {
    const server = await startAnswering((dispatcher) => {
      dispatcher.register(updateAndCreateAclConfig, ({ header }) => {
        asked.push(name);
        const { accessKey, secretKey = "" } = header;
        if (secretKey.length > 6) return {};
        // as Apache's 4.9.7 says it
        const remark = `The accessKey=${accessKey} and secretKey=${secretKey} cannot be null and length should longer than 6`;
        return { code: 209, remark };
      });
      dispatcher.register(deleteAclConfig, () => {
        asked.push(name);
        return {};
      });
      dispatcher.register(getBrokerClusterAclInfo, () => ({
        // one file, as before 4.9.3
        header: {
          version: JSON.stringify({ counter: 7, timestamp: AT }),
          brokerName: "broker-a",
          brokerAddr: "10.0.0.1:10911",
          clusterName: "DefaultCluster",
        },
      }));
    });
    t.teardown(() => server.stop());
    return server.address;
  };
  const [master, slave] = [await start("master"), await start("slave")];
  const namesrv = await startListing({ "broker-a": { 0: master, 1: slave } });
  t.teardown(() => namesrv.stop());
  const run = (line: string): Promise<Printed> =>
    runMqadmin([...line.split(" "), "-n", namesrv.address]);
  return { run, asked, master, slave };
}

test("accounts are changed on masters and slaves, before 4.9.1 and 4.9.2 on masters", async (t) => {
  const { run, asked, master, slave } = await replicas(t);
  const making = "updateAclConfig -c DefaultCluster -a billing -s bill-secret";
  const { code, stdout } = await run(making);
  t.is(code, 0);
  t.deepEqual(asked.splice(0).sort(), ["master", "slave"]);
  t.true(stdout.includes(`${master} success.\n`) && stdout.includes(`${slave} success.\n`));
  await run(`${making} --compat 4.9.0`);
  t.deepEqual(asked.splice(0), ["master"]);
  await run("deleteAclConfig -c DefaultCluster -a billing --compat 4.9.1");
  t.deepEqual(asked.splice(0), ["master"]);
  await run("deleteAclConfig -c DefaultCluster -a billing");
  t.deepEqual(asked.splice(0).sort(), ["master", "slave"]);
});

test("a secret key that a broker repeats is not printed", async (t) => {
  const { run, master } = await replicas(t);
  const { code, stdout, stderr } = await run(`updateAclConfig -b ${master} -a billing -s s3cr`);
  t.is(code, 1);
  t.regex(stderr, /CODE: 209 {2}DESC: The accessKey=billing and secretKey=\*{6} cannot be null/);
  t.false((stdout + stderr).includes("s3cr"));
});

test("the version of a broker that tells of one file is shown without its path", async (t) => {
  const { run, master } = await replicas(t);
  const { stdout } = await run(`clusterAclConfigVersion -b ${master} -o json`);
  t.deepEqual(JSON.parse(stdout), [
    {
      clusterName: "DefaultCluster",
      brokerName: "broker-a",
      brokerAddr: "10.0.0.1:10911",
      file: null,
      counter: 7,
      timestamp: new Date(AT).toISOString(),
      timestampMs: AT,
    },
  ]);
});
