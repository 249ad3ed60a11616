import test from "ava";
import { addBroker } from "../../../engine/protocol/requests/add-broker.js";
import { controllerGetMetadataInfo } from "../../../engine/protocol/requests/controller-get-metadata-info.js";
import { controllerGetSyncStateData } from "../../../engine/protocol/requests/controller-get-sync-state-data.js";
import { getBrokerEpochCache } from "../../../engine/protocol/requests/get-broker-epoch-cache.js";
import { getBrokerHaStatus } from "../../../engine/protocol/requests/get-broker-ha-status.js";
import { removeBroker } from "../../../engine/protocol/requests/remove-broker.js";
import { resetMasterFlushOffset } from "../../../engine/protocol/requests/reset-master-flush-offset.js";
import {
  type AnsweringServer,
  startAnswering,
  startListing,
} from "../../support/answering-server.js";
import { type Printed, runMqadmin } from "../../support/mqadmin.js";

/** What our own cluster lacks: a slave, a controller, a container. */
let part: AnsweringServer;
let listing: AnsweringServer;
let flushed = 7;
const started: unknown[] = [];

const NO_CLIENT = {
  lastReadTimestamp: 0,
  lastWriteTimestamp: 0,
  masterFlushOffset: 0,
  maxOffset: 0,
  transferredByteInSecond: 0,
};

let master: AnsweringServer;
test.before(async () => {
  part = await startAnswering((dispatcher) => {
    dispatcher.register(getBrokerHaStatus, () => ({
      content: {
        master: false,
        masterCommitLogMaxOffset: 0,
        inSyncSlaveNums: 0,
        haConnectionInfo: [],
        haClientRuntimeInfo: {
          ...NO_CLIENT,
          masterAddr: "10.0.0.11:10912",
          maxOffset: 120_034,
          transferredByteInSecond: 12_800,
          lastReadTimestamp: 1_758_273_941_020,
          masterFlushOffset: flushed,
        },
      },
    }));
    dispatcher.register(resetMasterFlushOffset, ({ header }) => {
      // one that takes no even number
      if (header.masterFlushOffset % 2 === 1) flushed = header.masterFlushOffset;
      return {};
    });
    dispatcher.register(getBrokerEpochCache, () => ({
      content: {
        clusterName: "DefaultCluster",
        brokerName: "broker-a",
        brokerId: 1,
        maxOffset: 120_034,
        epochList: [
          { epoch: 1, startOffset: 0, endOffset: 81_920n },
          { epoch: 2, startOffset: 81_920, endOffset: 9_223_372_036_854_775_807n },
        ],
      },
    }));
    dispatcher.register(controllerGetMetadataInfo, () => ({
      header: { controllerLeaderAddress: part.address },
    }));
    dispatcher.register(controllerGetSyncStateData, ({ content }) => ({
      content: {
        replicasInfoTable: new Map(content().map((name) => [name, replicasOf(name)])),
      },
    }));
    dispatcher.register(addBroker, ({ header }) => {
      started.push(header.configPath);
      return {};
    });
    dispatcher.register(removeBroker, ({ header }) => {
      started.push(header);
      return {};
    });
  });
  master = await startAnswering((dispatcher) =>
    dispatcher.register(getBrokerHaStatus, () => ({
      content: {
        master: true,
        masterCommitLogMaxOffset: 120_034,
        inSyncSlaveNums: 1,
        haClientRuntimeInfo: NO_CLIENT,
        haConnectionInfo: [
          {
            addr: "10.0.0.21:38812",
            slaveAckOffset: 120_034,
            diff: 0,
            transferredByteInSecond: 12_800,
            inSync: true,
            transferFromWhere: 120_034,
          },
          {
            addr: "10.0.0.22:38812",
            slaveAckOffset: 0,
            diff: 120_034,
            transferredByteInSecond: 0,
            inSync: false,
            transferFromWhere: -1,
          },
        ],
      },
    })),
  );
  listing = await startListing({ "broker-a": { 0: master.address, 1: part.address } });
});
test.after.always(async () => {
  for (const server of [part, master, listing]) await server.stop();
});

function replicasOf(brokerName: string) {
  const replica = (brokerId: number, alive: boolean) => ({
    brokerName,
    brokerId,
    brokerAddress: `10.0.0.${brokerId}1:10911`,
    alive,
  });
  return {
    masterBrokerId: 1,
    masterAddress: "10.0.0.11:10911",
    masterEpoch: 2,
    syncStateSetEpoch: 3,
    inSyncReplicas: [replica(1, true), replica(2, true)],
    notInSyncReplicas: [replica(3, false)],
  };
}

function run(line: string): Promise<Printed> {
  return runMqadmin([...line.split(" "), "-n", listing.address]);
}

test("a master shows its slaves", async (t) => {
  const { code, stdout } = await run("haStatus -c DefaultCluster");
  t.is(code, 0);
  t.is(
    stdout,
    `
#MasterAddr	${master.address}
#MasterCommitLogMaxOffset	120034
#SlaveNum	2
#InSyncSlaveNum	1
#SlaveAddr                        #SlaveAckOffset             #Diff #TransferSpeed(KB/s)          #Status #TransferFromWhere
10.0.0.21:38812                   120034                          0            12.50               OK           120034
10.0.0.22:38812                   0                          120034             0.00      Fall Behind               -1
`,
  );
  const { stdout: json } = await run("haStatus -c DefaultCluster -o json");
  t.like((JSON.parse(json) as object[])[0], {
    isMaster: true,
    masterFlushOffset: null,
    slaves: [
      { address: "10.0.0.21:38812", isInSync: true, transferredBytesPerSecond: 12_800 },
      { address: "10.0.0.22:38812", isInSync: false, transferFromWhere: null },
    ],
  });
});

test.serial("a slave shows how far it is; a time that never was is null", async (t) => {
  const { stdout } = await run(`haStatus -b ${part.address}`);
  t.regex(
    stdout,
    /^\n#MasterAddr\t10\.0\.0\.11:10912\n#CommitLogMaxOffset\t120034\n#TransferSpeed\(KB\/s\)\t12\.50\n#LastReadTime\t2025-09-19 \d\d:\d\d:41,020\n#LastWriteTime\t19\S+ \S+\n#MasterFlushOffset\t\d+\n$/,
  );
  const { stdout: json } = await run(`haStatus -b ${part.address} -o json`);
  t.like((JSON.parse(json) as object[])[0], {
    isMaster: false,
    lastReadTime: "2025-09-19T09:25:41.020Z",
    lastReadTimeMs: 1_758_273_941_020,
    lastWriteTime: null,
    lastWriteTimeMs: null,
    slaves: [],
  });
});

test("the epochs of every replica; the last one ends where the log does", async (t) => {
  const { stdout } = await run(`getBrokerEpoch -b broker-a`);
  t.true(
    stdout.includes(
      `\n#clusterName\tDefaultCluster\n#brokerName\tbroker-a\n#brokerAddr\t${part.address}\n#brokerId\t1\n` +
        "#Epoch: EpochEntry{epoch=1, startOffset=0, endOffset=81920}\n" +
        "#Epoch: EpochEntry{epoch=2, startOffset=81920, endOffset=120034}\n",
    ),
  );
  const { code, stderr } = await run("getBrokerEpoch -c DefaultCluster -o json");
  t.is(code, 1, "the other one knows no epochs");
  t.true(stderr.includes(master.address));
});

test("the in-sync set comes from the leader of the controllers", async (t) => {
  const { code, stdout } = await run(`getSyncStateSet -a ${part.address};x:1 -b broker-a`);
  t.is(code, 0);
  t.is(
    stdout,
    `
#brokerName	broker-a
#MasterBrokerId	1
#MasterAddr	10.0.0.11:10911
#MasterEpoch	2
#SyncStateSetEpoch	3
#SyncStateSetNums	2

InSyncReplica:	ReplicaIdentity{brokerName='broker-a', brokerId=1, brokerAddress='10.0.0.11:10911', alive=true}

InSyncReplica:	ReplicaIdentity{brokerName='broker-a', brokerId=2, brokerAddress='10.0.0.21:10911', alive=true}

NotInSyncReplica:	ReplicaIdentity{brokerName='broker-a', brokerId=3, brokerAddress='10.0.0.31:10911', alive=false}
`,
  );
  const ofCluster = await run(`getSyncStateSet -a ${part.address} -c DefaultCluster -o json`);
  t.like((JSON.parse(ofCluster.stdout) as object[])[0], { brokerName: "broker-a", masterEpoch: 2 });
});

test.serial("the flush offset of a slave is read back; a master is refused", async (t) => {
  const dry = await run(`resetMasterFlushOffset -b ${part.address} -o 9 --dry-run`);
  t.true(dry.stdout.includes("  masterFlushOffset: 7 -> 9\nnothing was sent\n"), dry.stdout);
  const done = await run(`resetMasterFlushOffset -b ${part.address} -o 9`);
  t.is(done.stdout, "reset master flush offset to 9 success\n");
  t.is(flushed, 9);
  const ignored = await run(`resetMasterFlushOffset -b ${part.address} -o 8`);
  t.is(ignored.code, 1);
  t.true(ignored.stderr.includes("masterFlushOffset reads back as 9 where 8 was wanted"));
  const refused = await run(`resetMasterFlushOffset -b ${master.address} -o 9`);
  t.is(refused.code, 1);
  t.is(refused.stdout, "");
  t.is((await run(`resetMasterFlushOffset -b ${part.address}`)).code, 2);
});

test.serial("a container is told which broker to start and to stop", async (t) => {
  const dry = await run(`addBroker -c ${part.address} -b /conf/b.conf --dry-run`);
  t.true(dry.stdout.startsWith(`ADD_BROKER (902) to container ${part.address}\n`));
  t.deepEqual(started, []);
  const added = await run(`addBroker -c ${part.address} -b /conf/b.conf`);
  t.is(added.stdout, `add broker to ${part.address} success\n`);
  const removed = await run(`removeBroker -c ${part.address} -b DefaultCluster:broker-b:1`);
  t.is(removed.stdout, `remove broker from ${part.address} success\n`);
  t.deepEqual(started, [
    "/conf/b.conf",
    { brokerClusterName: "DefaultCluster", brokerName: "broker-b", brokerId: 1 },
  ]);
  t.is((await run(`removeBroker -c ${part.address} -b DefaultCluster`)).code, 2);
});
