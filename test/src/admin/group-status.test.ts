import test from "ava";
import type { Admin } from "../../../src/admin/admin.js";
import { type ClientReport, diagnose, problemText } from "../../../src/admin/group-status.js";
import { deletionText } from "../../../src/admin/offset-moved.js";

const NOW = 1_758_273_941_020;
const queue = { topic: "pay", brokerName: "broker-a", queueId: 0 };

/** A client of a broadcasting group: nobody asks how its queues are shared. */
function client(
  clientId: string,
  state: Partial<ClientReport["info"]["mqTable"][number]["value"]>,
  more: { ordered?: boolean; expression?: string; messageModel?: string } = {},
): ClientReport {
  return {
    clientId,
    version: "V5_3_3",
    info: {
      mqPopTable: [],
      mqTable: [
        {
          queue,
          value: {
            cachedMsgCount: 0,
            cachedMsgMaxOffset: 0,
            cachedMsgMinOffset: 0,
            cachedMsgSizeInMiB: 0,
            commitOffset: 0,
            dropped: false,
            lastConsumeTimestamp: NOW,
            lastLockTimestamp: NOW,
            lastPullTimestamp: NOW,
            locked: true,
            transactionMsgCount: 0,
            transactionMsgMaxOffset: 0,
            transactionMsgMinOffset: 0,
            tryUnlockTimes: 0,
            ...state,
          },
        },
      ],
      properties: {
        PROP_CONSUME_TYPE: "CONSUME_PASSIVELY",
        PROP_CONSUMEORDERLY: String(more.ordered ?? false),
        PROP_CONSUMER_START_TIMESTAMP: String(NOW - 600_000),
        messageModel: more.messageModel ?? "BROADCASTING",
      },
      statusTable: new Map(),
      subscriptionSet: [
        {
          topic: "pay",
          subString: more.expression ?? "*",
          tagsSet: [],
          codeSet: [],
          subVersion: 1,
          expressionType: "TAG",
          classFilterMode: false,
        },
      ],
      userConsumerInfo: {},
    },
  };
}

const nobody = {} as Admin;
const at = "MessageQueue [topic=pay, brokerName=broker-a, queueId=0]";

test("messages that wait at a client for more than a minute are told", async (t) => {
  const blocked = client("a", { cachedMsgCount: 3, lastConsumeTimestamp: NOW - 65_012 });
  const { problems, isSubscriptionSame } = await diagnose(nobody, [blocked], NOW);
  t.true(isSubscriptionSame);
  t.deepEqual(problems.map(problemText), [
    `a ${at} can't consume for a while, maybe blocked, 65012ms`,
  ]);
  const idle = client("a", { lastConsumeTimestamp: NOW - 65_012 });
  t.deepEqual((await diagnose(nobody, [idle], NOW)).problems, []);
});

test("a queue that an ordered consumer does not hold, or cannot let go, is told", async (t) => {
  const unlocked = client("a", { locked: false, lastLockTimestamp: NOW - 50 }, { ordered: true });
  const held = client("b", { dropped: true, tryUnlockTimes: 4 }, { ordered: true });
  const { problems } = await diagnose(nobody, [unlocked, held], NOW);
  t.deepEqual(problems.map(problemText), [
    `a ${at} can't lock for a while, 50ms`,
    `b ${at} unlock 4 times, still failed`,
  ]);
});

test("clients of a group that want different things are told, whatever else", async (t) => {
  const reports = [client("a", {}), client("b", {}, { expression: "TagA" })];
  t.deepEqual(await diagnose(nobody, reports, NOW), {
    isSubscriptionSame: false,
    isRebalanceOk: undefined,
    problems: [],
  });
});

test("a queue of a clustering group that nobody reads, or two clients, is told", async (t) => {
  const queueDatas = [{ brokerName: "broker-a", readQueueNums: 2, writeQueueNums: 2, perm: 6 }];
  const admin = {
    namesrv: () => Promise.resolve({ content: () => ({ brokerDatas: [], queueDatas }) }),
  } as unknown as Admin;
  const clustering = { messageModel: "CLUSTERING" };
  const reports = [client("a", {}, clustering), client("b", {}, clustering)];
  const { isRebalanceOk, problems } = await diagnose(admin, reports, NOW);
  t.false(isRebalanceOk);
  t.deepEqual(problems.map(problemText), [
    `a ${at} is read by another client as well`,
    "MessageQueue [topic=pay, brokerName=broker-a, queueId=1] is read by nobody",
  ]);
});

test("the event of an offset that is gone has upstream's text", (t) => {
  const moved = {
    consumerGroup: "g",
    queue,
    offsetRequest: 5,
    offsetNew: 90,
    eventTimestamp: NOW,
  };
  t.is(
    deletionText(moved),
    `DeleteMsgsEvent [offsetMovedEvent=OffsetMovedEvent [consumerGroup=g, messageQueue=${at}, offsetRequest=5, offsetNew=90], eventTimestamp=${NOW}]`,
  );
});
