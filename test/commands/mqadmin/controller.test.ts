import test from "ava";
import { cleanBrokerData } from "../../../engine/protocol/requests/clean-broker-data.js";
import { controllerElectMaster } from "../../../engine/protocol/requests/controller-elect-master.js";
import { controllerGetMetadataInfo } from "../../../engine/protocol/requests/controller-get-metadata-info.js";
import { controllerGetSyncStateData } from "../../../engine/protocol/requests/controller-get-sync-state-data.js";
import { getControllerConfig } from "../../../engine/protocol/requests/get-controller-config.js";
import { updateControllerConfig } from "../../../engine/protocol/requests/update-controller-config.js";
import { type AnsweringServer, startAnswering } from "../../support/answering-server.js";
import { type Printed, runMqadmin } from "../../support/mqadmin.js";

/** Nobody listens here. */
const NOWHERE = "127.0.0.1:1";
const HOSTS = new Map([
  [1, "10.0.0.11:10911"],
  [2, "10.0.0.12:10911"],
]);

/** A controller of one that keeps two replicas of broker-a. */
let controller: AnsweringServer;
/** One without a leader. */
let orphan: AnsweringServer;
let master = 1;
let known = [1, 2];
let config = new Map([["enableElectUncleanMaster", "false"]]);

test.before(async () => {
  orphan = await startAnswering((dispatcher) =>
    dispatcher.register(controllerGetMetadataInfo, () => ({ header: { group: "group1" } })),
  );
  controller = await startAnswering((dispatcher) => {
    dispatcher.register(controllerGetMetadataInfo, () => ({
      header: {
        group: "group1",
        controllerLeaderId: "n0",
        controllerLeaderAddress: controller.address,
        isLeader: true,
        peers: `n0:${controller.address};n1:10.0.0.2:9878`,
      },
    }));
    dispatcher.register(controllerGetSyncStateData, () => ({
      content: { replicasInfoTable: new Map([["broker-a", replicas()]]) },
    }));
    dispatcher.register(controllerElectMaster, ({ header }) => {
      if (header.brokerName !== "broker-a")
        return { code: 2010, remark: "Broker hasn't been registered" };
      // 2 says yes and does not become it
      if (header.brokerId !== 2) master = header.brokerId;
      return {
        header: {
          masterBrokerId: header.brokerId,
          masterAddress: HOSTS.get(header.brokerId),
          masterEpoch: 3,
          syncStateSetEpoch: 5,
        },
        content: {
          brokerMemberGroup: {
            brokerAddrs: HOSTS,
            brokerName: "broker-a",
            cluster: "DefaultCluster",
          },
          syncStateSet: [1, 2],
        },
      };
    });
    dispatcher.register(cleanBrokerData, ({ header }) => {
      const ids = header.brokerControllerIdsToClean?.split(";").map(Number) ?? known;
      if (header.isCleanLivingBroker !== true && ids.includes(1))
        return { code: 2009, remark: "Broker [broker-a,  1] is still alive, clean up failure" };
      known = known.filter((id) => !ids.includes(id));
      return {};
    });
    dispatcher.register(getControllerConfig, () => ({
      content: [...config].map(([key, value]) => `${key}=${value}\n`).join(""),
    }));
    dispatcher.register(updateControllerConfig, ({ content }) => {
      const [key = "", value = ""] = content().trim().split("=");
      if (config.has(key)) config = new Map([...config, [key, value]]);
      return {};
    });
  });
});
test.after.always(async () => {
  await controller.stop();
  await orphan.stop();
});

function replicas() {
  const inSyncReplicas = known.map((brokerId) => ({
    alive: true,
    brokerAddress: HOSTS.get(brokerId) ?? "",
    brokerId,
    brokerName: "broker-a",
  }));
  const epochs = { masterEpoch: 2, syncStateSetEpoch: 3 };
  return { inSyncReplicas, notInSyncReplicas: [], masterBrokerId: master, ...epochs };
}

function run(line: string): Promise<Printed> {
  return runMqadmin(line.split(" "));
}

test.serial("a group of controllers is shown, without a name server", async (t) => {
  const { code, stdout } = await run(`getControllerMetaData -a ${controller.address}`);
  t.is(code, 0);
  const lines = [
    "",
    "#ControllerGroup\tgroup1",
    "#ControllerLeaderId\tn0",
    `#ControllerLeaderAddress\t${controller.address}`,
    `#Peer:\tn0:${controller.address}`,
    "#Peer:\tn1:10.0.0.2:9878",
    "",
  ];
  t.is(stdout, lines.join("\n"));
  const json = await run(`getControllerMetaData -a ${orphan.address} --output json`);
  t.deepEqual(JSON.parse(json.stdout), {
    group: "group1",
    leaderId: null,
    leaderAddress: null,
    isLeader: null,
    peers: [],
  });
});

test.serial("a replica becomes the master", async (t) => {
  master = 2;
  const line = `electMaster -a ${controller.address} -b 1 -bn broker-a -c DefaultCluster`;
  const rehearsed = await run(`${line} --dry-run --output json`);
  t.like((JSON.parse(rehearsed.stdout) as unknown[])[0], {
    target: `controller ${controller.address}`,
    request: "CONTROLLER_ELECT_MASTER",
    before: { masterBrokerId: 2 },
    after: { masterBrokerId: 1 },
  });
  const { code, stdout } = await run(line);
  t.is(code, 0);
  const lines = [
    "",
    "#ClusterName\tDefaultCluster",
    "#BrokerName\tbroker-a",
    "#BrokerMasterAddr\t10.0.0.11:10911",
    "#MasterEpoch\t3",
    "#SyncStateSetEpoch\t5",
    "\t#Broker\t1\t10.0.0.11:10911",
    "\t#Broker\t2\t10.0.0.12:10911",
    "",
  ];
  t.is(stdout, lines.join("\n"));
});

test.serial("an election that has no effect is an error", async (t) => {
  const { code, stderr } = await run(
    `electMaster -a ${controller.address} -b 2 -bn broker-a -c DefaultCluster`,
  );
  t.is(code, 1);
  t.regex(stderr, /masterBrokerId reads back as 1 where 2 was wanted/);
});

test.serial("a broker that the controllers do not know is not found", async (t) => {
  const { code, stderr } = await run(
    `electMaster -a ${controller.address} -b 1 -bn nobroker -c DefaultCluster`,
  );
  t.is(code, 3);
  t.regex(stderr, /CODE: 2010 {2}DESC: Broker hasn't been registered/);
});

test.serial("controllers without a leader are as good as not reached", async (t) => {
  const { code, stderr } = await run(
    `electMaster -a ${orphan.address} -b 1 -bn broker-a -c DefaultCluster`,
  );
  t.is(code, 5);
  t.true(stderr.includes(`the controllers have no leader, says ${orphan.address}`));
});

test.serial(
  "controllers forget replicas that are gone, and living ones when asked to",
  async (t) => {
    known = [1, 2];
    const line = `cleanBrokerMetadata -a ${controller.address} -bn broker-a -c DefaultCluster`;
    const rehearsed = await run(`${line} -b 2;3 --dry-run --output json`);
    t.like((JSON.parse(rehearsed.stdout) as unknown[])[0], {
      fields: { brokerControllerIdsToClean: "2;3", isCleanLivingBroker: false },
      before: { replicas: [2] },
      after: null,
    });
    const one = await run(`${line} -b 2`);
    t.is(one.stdout, "clear broker broker-a metadata from controller success! \n");
    t.deepEqual(known, [1]);
    const living = await run(line);
    t.is(living.code, 1);
    t.regex(living.stderr, /CODE: 2009 {2}DESC: Broker \[broker-a, {2}1\] is still alive/);
    t.is((await run(`${line} -l`)).code, 0);
    t.deepEqual(known, []);
  },
);

test.serial("replicas that are not living want a cluster", async (t) => {
  const { code, stderr } = await run(
    `cleanBrokerMetadata -a ${controller.address} -bn broker-a -b 2`,
  );
  t.is(code, 2);
  t.regex(stderr, /cleanLivingBroker option is false, clusterName option can not be empty\./);
});

test.serial("the configuration of controllers is shown and changed", async (t) => {
  const shown = await run(`getControllerConfig -a ${controller.address}`);
  t.is(
    shown.stdout,
    `============${controller.address}============\n${"enableElectUncleanMaster".padEnd(50)}=  false\n`,
  );
  const line = `updateControllerConfig -a ${controller.address}`;
  const changed = await run(`${line} -k enableElectUncleanMaster -v TRUE`);
  t.is(
    changed.stdout,
    `update controller config success![${controller.address}]\nenableElectUncleanMaster : TRUE\n`,
  );
  t.is(config.get("enableElectUncleanMaster"), "TRUE");
  t.is((await run(`${line} -k noSuchKey -v 1`)).code, 1);
});

test.serial(
  "of several controllers one that is not reached makes it a partial failure",
  async (t) => {
    const both = `${controller.address};${NOWHERE}`;
    const shown = await run(`getControllerConfig -a ${both}`);
    t.is(shown.code, 1);
    t.true(shown.stdout.startsWith(`============${controller.address}============\n`));
    const changed = await run(
      `updateControllerConfig -a ${both} -k enableElectUncleanMaster -v false`,
    );
    t.is(changed.code, 1);
    t.true(
      changed.stderr.includes(`done by controller ${controller.address}; not done by controller`),
      changed.stderr,
    );
  },
);
