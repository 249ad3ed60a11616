import test from "ava";
import { mqadmin, mqctl } from "../../commands/index.js";
import { upstreamCommandList } from "../../src/cli/command-list.js";
import { compatOf } from "../../src/cli/compat.js";

/** What `mqadmin` of Apache RocketMQ 5.5.0 lists, in its order. */
const OF_5_5_0 = `
updateTopic updateTopicList deleteTopic updateSubGroup updateSubGroupList setConsumeMode deleteSubGroup
updateBrokerConfig updateTopicPerm topicRoute topicStatus topicClusterList addBroker removeBroker
resetMasterFlushOffset brokerStatus queryMsgById queryMsgByKey queryMsgByUniqueKey queryMsgByOffset
queryMsgTraceById printMsg printMsgByQueue sendMsgStatus brokerConsumeStats producerConnection
consumerConnection consumerProgress consumerStatus cloneGroupOffset producer clusterList topicList
updateKvConfig deleteKvConfig wipeWritePerm addWritePerm resetOffsetByTime skipAccumulatedMessage
updateOrderConf cleanExpiredCQ deleteExpiredCommitLog cleanUnusedTopic startMonitoring statsAll allocateMQ
checkMsgSendRT clusterRT getNamesrvConfig updateNamesrvConfig getBrokerConfig getConsumerConfig queryCq
sendMessage consumeMessage updateStaticTopic remappingStaticTopic exportMetadata exportConfigs exportMetrics
exportMetadataInRocksDB exportPopRecord haStatus getSyncStateSet getBrokerEpoch getControllerMetaData
getControllerConfig updateControllerConfig electMaster cleanBrokerMetadata dumpCompactionLog
getColdDataFlowCtrInfo updateColdDataFlowCtrGroupConfig removeColdDataFlowCtrGroupConfig
setCommitLogReadAheadMode createUser updateUser deleteUser getUser listUser copyUser createAcl updateAcl
deleteAcl getAcl listAcl copyAcl rocksDBConfigToJson checkRocksdbCqWriteProgress switchTimerEngine
getBrokerLiteInfo getParentTopicInfo getLiteTopicInfo getLiteClientInfo getLiteGroupInfo triggerLiteDispatch
`
  .trim()
  .split(/\s+/);

/** The same of 4.8.0. */
const OF_4_8_0 = `
updateTopic deleteTopic updateSubGroup deleteSubGroup updateBrokerConfig updateTopicPerm topicRoute
topicStatus topicClusterList brokerStatus queryMsgById queryMsgByKey queryMsgByUniqueKey queryMsgByOffset
QueryMsgTraceById printMsg printMsgByQueue sendMsgStatus brokerConsumeStats producerConnection
consumerConnection consumerProgress consumerStatus cloneGroupOffset clusterList topicList updateKvConfig
deleteKvConfig wipeWritePerm resetOffsetByTime updateOrderConf cleanExpiredCQ cleanUnusedTopic
startMonitoring statsAll allocateMQ checkMsgSendRT clusterRT getNamesrvConfig updateNamesrvConfig
getBrokerConfig queryCq sendMessage consumeMessage updateAclConfig deleteAccessConfig clusterAclConfigVersion
updateGlobalWhiteAddr getAccessConfigSubCommand
`
  .trim()
  .split(/\s+/);

const listed = (release: string): string[] =>
  upstreamCommandList(mqadmin, compatOf(release, {}))
    .split("\n")
    .filter((line) => line.startsWith("   "))
    .map((line) => line.trim().split(/\s+/)[0] ?? "");

test("mqadmin lists what Apache's lists, in its order", (t) => {
  t.deepEqual(listed("5.5.0"), OF_5_5_0);
});

test("mqadmin --compat 4.8 lists what that release did, in its order", (t) => {
  t.deepEqual(listed("4.8.0"), OF_4_8_0);
});

test("every command has examples, a summary, and a man page of its name", async (t) => {
  for (const [program, commands] of Object.entries({ mqadmin, mqctl })) {
    for (const entry of commands) {
      const command = await entry.load();
      t.true(command.examples.length > 0, entry.name);
      t.not(command.summary, "", entry.name);
      for (const { line } of command.examples)
        t.true(line.includes(`${program} ${entry.name}`), line);
    }
  }
});
