import test from "ava";
import {
  type AllocateStrategy,
  averagely,
  averagelyByCircle,
  byConfig,
  byConsistentHash,
  byMachineRoom,
  byMachineRoomNearby,
} from "../../../engine/client/allocate.js";
import type { MessageQueue } from "../../../engine/client/message-queue.js";

function queuesOf(brokerName: string, count: number): MessageQueue[] {
  return Array.from({ length: count }, (_, queueId) => ({ topic: "T", brokerName, queueId }));
}

function shares(
  strategy: AllocateStrategy,
  queues: readonly MessageQueue[],
  clientIds: readonly string[],
): string[] {
  return clientIds.map((clientId) =>
    strategy
      .allocate({ group: "G", clientId, queues, clientIds })
      .map((queue) => queue.queueId)
      .join(","),
  );
}

const averages = test.macro({
  exec(t, queues: number, members: number, expected: string[]) {
    const ids = Array.from({ length: members }, (_, i) => `c${i}`);
    t.deepEqual(shares(averagely, queuesOf("a", queues), ids), expected);
  },
  title: (_, queues: number, members: number) =>
    `AVG shares ${queues} queues among ${members} members as Java does`,
});

test(averages, 8, 2, ["0,1,2,3", "4,5,6,7"]);
test(averages, 8, 3, ["0,1,2", "3,4,5", "6,7"]);
test(averages, 2, 4, ["0", "1", "", ""]);
test(averages, 5, 5, ["0", "1", "2", "3", "4"]);
test(averages, 10, 4, ["0,1,2", "3,4,5", "6,7", "8,9"]);
test(averages, 0, 2, ["", ""]);

test("AVG_BY_CIRCLE deals queues out one by one", (t) => {
  t.deepEqual(shares(averagelyByCircle, queuesOf("a", 7), ["x", "y", "z"]), [
    "0,3,6",
    "1,4",
    "2,5",
  ]);
});

test("CONFIG takes the queues it was given", (t) => {
  const mine = queuesOf("b", 2);
  t.deepEqual(shares(byConfig(mine), queuesOf("a", 7), ["x"]), ["0,1"]);
});

test("MACHINE_ROOM shares only the queues of the rooms it was given", (t) => {
  const queues = [...queuesOf("r1@a", 3), ...queuesOf("r2@b", 4), ...queuesOf("plain", 2)];
  t.deepEqual(shares(byMachineRoom(new Set(["r1"])), queues, ["x", "y"]), ["0,2", "1"]);
});

test("CONSISTENT_HASH gives every queue to exactly one member and moves few when one joins", (t) => {
  const queues = queuesOf("a", 64);
  const strategy = byConsistentHash();
  const before = shares(strategy, queues, ["c0", "c1", "c2"]);
  const after = shares(strategy, queues, ["c0", "c1", "c2", "c3"]);
  const numbers = (share: string): number[] => (share === "" ? [] : share.split(",").map(Number));
  t.deepEqual(
    before.flatMap(numbers).sort((a, b) => a - b),
    queues.map((queue) => queue.queueId),
  );
  t.deepEqual(
    after.flatMap(numbers).sort((a, b) => a - b),
    queues.map((queue) => queue.queueId),
  );
  for (let i = 0; i < 3; i++) {
    const kept = numbers(after[i] ?? "");
    t.true(kept.every((queueId) => numbers(before[i] ?? "").includes(queueId)));
  }
});

test("a client that the group does not list gets nothing", (t) => {
  for (const strategy of [
    averagely,
    averagelyByCircle,
    byConsistentHash(),
    byMachineRoom(new Set()),
  ]) {
    const allocation = {
      group: "G",
      clientId: "nobody",
      queues: queuesOf("a", 4),
      clientIds: ["c0"],
    };
    t.deepEqual(strategy.allocate(allocation), [], strategy.name);
  }
});

test("queues go to members of their own room, those of rooms without members to all", (t) => {
  const rooms = {
    roomOfQueue: ({ brokerName }: MessageQueue) => brokerName.split("-")[0] ?? "",
    roomOfClient: (clientId: string) => clientId.split("-")[0] ?? "",
  };
  const strategy = byMachineRoomNearby(averagely, rooms);
  t.is(strategy.name, "MACHINE_ROOM_NEARBY-AVG");
  const queues = [...queuesOf("r1-a", 3), ...queuesOf("r2-a", 2), ...queuesOf("r3-a", 3)];
  const clientIds = ["r1-x", "r1-y", "r2-z"];
  const of = (clientId: string) =>
    strategy
      .allocate({ group: "G", clientId, queues, clientIds })
      .map(({ brokerName, queueId }) => `${brokerName.slice(0, 2)}:${queueId}`);
  t.deepEqual(clientIds.map(of), [
    ["r1:0", "r1:1", "r3:0"],
    ["r1:2", "r3:1"],
    ["r2:0", "r2:1", "r3:2"],
  ]);
});
