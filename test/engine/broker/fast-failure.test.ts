import test, { type ExecutionContext } from "ava";
import { type Clock, systemClock } from "../../../engine/base/clock.js";
import { type Files, realFiles } from "../../../engine/base/files.js";
import type { RemotingCommand } from "../../../engine/protocol/remoting-command.js";
import { heartBeat } from "../../../engine/protocol/requests/heart-beat.js";
import { pullMessage } from "../../../engine/protocol/requests/pull-message.js";
import { sendMessageV2 } from "../../../engine/protocol/requests/send-message-v2.js";
import { ResponseCode } from "../../../engine/protocol/response-codes.js";
import { FaultyFiles } from "../../support/faulty-files.js";
import { answerOn, rawSocket, requestFrame } from "../../support/raw-socket.js";
import { brokerFor, heartbeat, pullHeader, sendHeader, temporaryFolder } from "./harness.js";

/** A disk that takes its time over one file; by its clock no other time passes. */
class SlowDisk {
  /** Called where the time passes. */
  meanwhile: (() => void) | undefined;
  slowFile = "";
  slowMs = 0;
  private readonly paths = new Map<number, string>();
  private nowMs = 1_800_000_000_000;

  get clock(): Clock {
    return { ...systemClock(), now: () => this.nowMs };
  }

  get files(): Files {
    return {
      ...realFiles,
      open: (path, flags) => {
        const fd = realFiles.open(path, flags);
        this.paths.set(fd, path);
        return fd;
      },
      write: (fd, ...rest) => {
        this.pass(this.paths.get(fd) ?? "");
        realFiles.write(fd, ...rest);
      },
      writeText: (path, text) => {
        this.pass(path);
        realFiles.writeText(path, text);
      },
    };
  }

  private pass(path: string): void {
    if (this.slowMs === 0 || !path.includes(this.slowFile)) return;
    this.nowMs += this.slowMs;
    this.slowMs = 0;
    this.meanwhile?.();
  }
}

async function start(t: ExecutionContext, config: Record<string, string | number | boolean> = {}) {
  const disk = new SlowDisk();
  const { clock, files } = disk;
  const broker = await brokerFor(t, { clock, files, storeDir: temporaryFolder(t), config });
  const client = broker.connect();
  await client.send("T");
  let count = 0;
  /** A request that comes in one piece behind one that takes so long. */
  const behind = async <T>(slowMs: number, ask: () => Promise<T>): Promise<T> => {
    Object.assign(disk, { slowFile: "topics.json", slowMs });
    // a topic that is made by a send is saved at once
    const slow = client.send(`new-${String(count++)}`);
    const [answer] = await Promise.all([ask(), slow]);
    return answer;
  };
  return { disk, client, behind, port: broker.port };
}

const waited = (ms: number): string =>
  `[TIMEOUT_CLEAN_QUEUE]broker busy, start flow control for a while, period in queue: ${ms}ms, size of queue: 0`;

test("a send that waited for its turn for waitTimeMillsInSendQueue is not stored", async (t) => {
  const { client, behind } = await start(t);
  const late = await behind(200, () => client.send("T"));
  t.is(late.code, ResponseCode.SYSTEM_BUSY);
  t.is(late.remark, waited(200));
  const next = await client.send("T");
  t.is(next.code, 0);
  t.is(next.header.queueOffset, 1);
  t.is((await behind(199, () => client.send("T"))).code, 0);
});

test("pulls and heartbeats may wait longer than sends", async (t) => {
  const { client, behind } = await start(t);
  const pull = () => client.call(pullMessage, pullHeader("T"));
  t.is((await behind(4999, pull)).code, 0);
  const late = await behind(5000, pull);
  t.is(late.code, ResponseCode.SYSTEM_BUSY);
  t.is(late.remark, waited(5000));
  const beat = () => client.call(heartBeat, {}, { content: heartbeat("c1", [{}]) });
  t.is((await behind(30_999, beat)).code, 0);
  t.is((await behind(31_000, beat)).code, ResponseCode.SYSTEM_BUSY);
});

test("brokerFastFailureEnable=false lets requests wait", async (t) => {
  const { client, behind } = await start(t, { brokerFastFailureEnable: false });
  t.is((await behind(10_000, () => client.send("T"))).code, 0);
});

const SEND = requestFrame(sendMessageV2, sendHeader("T", {}), Buffer.from("hello"));

/** What a send is told that comes while the write of another takes so long. */
async function duringWrite(
  t: ExecutionContext,
  tookMs: number,
  config: Record<string, boolean> = {},
): Promise<Pick<RemotingCommand, "code" | "remark">> {
  const { disk, client, port } = await start(t, config);
  const socket = await rawSocket(t, port);
  disk.meanwhile = () => {
    socket.write(SEND);
    // until the system has handed it on
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  };
  Object.assign(disk, { slowFile: "commitlog", slowMs: tookMs });
  const [first, { code, remark }] = await Promise.all([client.send("T"), answerOn(socket)]);
  t.is(first.code, 0);
  socket.write(SEND);
  t.is((await answerOn(socket)).code, 0, "the next one is stored");
  return { code, remark };
}

test("sends that come while the page cache is busy are refused", async (t) => {
  t.deepEqual(await duringWrite(t, 1500), {
    code: ResponseCode.SYSTEM_BUSY,
    remark:
      "[PCBUSY_CLEAN_QUEUE]broker busy, start flow control for a while, period in queue: 1500ms, size of queue: 0",
  });
  t.is((await duringWrite(t, 1000)).code, 0);
});

test("without fast failure the busy page cache rejects sends", async (t) => {
  t.deepEqual(await duringWrite(t, 1500, { brokerFastFailureEnable: false }), {
    code: ResponseCode.SYSTEM_BUSY,
    remark: "[REJECTREQUEST]system busy, start flow control for a while",
  });
});

test("more sends than sendThreadPoolQueueCapacity are not taken, until some are answered", async (t) => {
  const disk = new FaultyFiles(realFiles);
  const broker = await brokerFor(t, {
    files: disk.files,
    storeDir: temporaryFolder(t),
    config: { flushDiskType: "SYNC_FLUSH", sendThreadPoolQueueCapacity: 2 },
  });
  const client = broker.connect();
  await client.send("T");
  disk.faults = [{ call: "sync", file: "commitlog", slow: true }];
  const taken = [client.send("T"), client.send("T")];
  const { code, remark } = await client.send("T");
  t.deepEqual(
    { code, remark },
    {
      code: ResponseCode.SYSTEM_BUSY,
      remark: "[OVERLOAD]system busy, start flow control for a while",
    },
  );
  disk.release();
  t.deepEqual(
    (await Promise.all(taken)).map((answer) => answer.code),
    [0, 0],
  );
  t.is((await client.send("T")).code, 0);
});
