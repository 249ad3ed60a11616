import { connect, type Socket } from "node:net";
import test, { type ExecutionContext } from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { decodeFrame, encodeFrame } from "../../../engine/protocol/frame.js";
import {
  FLAG_ONEWAY,
  type RemotingCommand,
  type SerializeType,
} from "../../../engine/protocol/remoting-command.js";
import type { Connection } from "../../../engine/remoting/api.js";
import { FrameReader } from "../../../engine/remoting/frame-reader.js";
import { broken, bytes, echo, refused, silence, type Stack, startStack } from "./support.js";

function request(code: number, fields: Partial<RemotingCommand> = {}): RemotingCommand {
  return {
    code,
    language: "GO",
    version: 317,
    opaque: 1,
    flag: 0,
    remark: undefined,
    extFields: {},
    body: undefined,
    serializeType: 0,
    ...fields,
  };
}

function frameOf(command: RemotingCommand): Buffer {
  return Buffer.concat(encodeFrame(command));
}

/** A bare socket that reads frames. */
class Peer {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  private readonly frames: RemotingCommand[] = [];
  private wake: (() => void) | undefined;

  constructor(t: ExecutionContext, stack: Stack) {
    this.socket = connect(stack.server.port, "127.0.0.1");
    const reader = new FrameReader((frame) => {
      this.frames.push(decodeFrame(frame));
      this.wake?.();
    });
    this.socket.on("data", (chunk: Buffer) => reader.push(chunk));
    this.socket.on("error", () => undefined);
    this.closed = new Promise((resolve) => this.socket.once("close", () => resolve()));
    t.teardown(() => this.socket.destroy());
  }

  send(...commands: RemotingCommand[]): void {
    this.socket.write(Buffer.concat(commands.map(frameOf)));
  }

  async next(): Promise<RemotingCommand> {
    for (;;) {
      const frame = this.frames.shift();
      if (frame !== undefined) return frame;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

for (const serializeType of [0, 1] as SerializeType[]) {
  test(`a request of serialize type ${serializeType} is answered in the same type`, async (t) => {
    const stack = await startStack(t);
    const peer = new Peer(t, stack);
    peer.send(request(echo.code, { serializeType, opaque: 77, extFields: { text: "grüße" } }));
    const answer = await peer.next();
    t.like(answer, { code: 0, opaque: 77, flag: 1, serializeType, language: "JAVA", version: 479 });
    t.deepEqual({ ...answer.extFields }, { text: "grüße" });
  });
}

test("a frame is served wherever the network cuts it", async (t) => {
  const stack = await startStack(t);
  const peer = new Peer(t, stack);
  peer.socket.setNoDelay();
  const frame = frameOf(
    request(echo.code, { extFields: { text: "x" }, body: Buffer.from("body") }),
  );
  for (let cut = 1; cut < frame.length; cut += 7) {
    peer.socket.write(frame.subarray(0, cut));
    await new Promise((resolve) => setImmediate(resolve));
    peer.socket.write(frame.subarray(cut));
    t.is(String((await peer.next()).body as Buffer), "body");
  }
});

test("an unknown code is answered with code 3", async (t) => {
  const peer = new Peer(t, await startStack(t));
  peer.send(request(4242));
  t.like(await peer.next(), { code: 3, remark: " request type 4242 not supported" });
});

test("a missing required field is answered with code 1", async (t) => {
  const peer = new Peer(t, await startStack(t));
  peer.send(request(echo.code));
  t.like(await peer.next(), { code: 1, remark: "the custom field <text> is null" });
});

test("an exception is answered with code 1 and its description", async (t) => {
  const stack = await startStack(t);
  const peer = new Peer(t, stack);
  peer.send(request(broken.code));
  const answer = await peer.next();
  t.is(answer.code, 1);
  t.regex(answer.remark ?? "", /^TypeError: it broke, \S+/);
  t.true(stack.logger.lines.some((line) => line.startsWith("error processing of request 9003")));
});

test("a refusal of a processor keeps its code and remark", async (t) => {
  const peer = new Peer(t, await startStack(t));
  peer.send(request(refused.code, { extFields: { code: "17" } }));
  t.like(await peer.next(), { code: 17, remark: "refused" });
});

test("oneway requests are served and never answered, not even when they fail", async (t) => {
  const stack = await startStack(t);
  const peer = new Peer(t, stack);
  const flag = FLAG_ONEWAY;
  peer.send(
    request(4242, { flag }),
    request(broken.code, { flag }),
    request(echo.code, { flag, extFields: { text: "oneway" } }),
    request(echo.code, { opaque: 5, extFields: { text: "last" } }),
  );
  t.is((await peer.next()).opaque, 5);
  t.deepEqual(stack.served, ["oneway", "last"]);
});

test("a guard refuses before the processor runs", async (t) => {
  const stack = await startStack(t);
  stack.dispatcher.guard(({ code }) =>
    code === echo.code ? { code: 16, remark: "no" } : undefined,
  );
  const peer = new Peer(t, stack);
  peer.send(request(echo.code, { extFields: { text: "x" } }));
  t.like(await peer.next(), { code: 16, remark: "no" });
  t.deepEqual(stack.served, []);
});

test("a server that leaves sends away the clients that understand it", async (t) => {
  const stack = await startStack(t);
  const peer = new Peer(t, stack);
  stack.dispatcher.goAway();
  peer.send(request(echo.code, { version: 475, extFields: { text: "old" } }));
  t.is((await peer.next()).code, 0);
  peer.send(request(echo.code, { version: 477, extFields: { text: "new" } }));
  t.like(await peer.next(), { code: 1500, remark: "please go away" });
});

const hostile: readonly [string, Buffer][] = [
  ["a length below its header word", Buffer.from([0, 0, 0, 3, 0, 0, 0, 0])],
  ["a length over the limit", Buffer.from([0x01, 0xff, 0, 0])],
  ["an unknown serialize byte", Buffer.from([0, 0, 0, 8, 9, 0, 0, 0])],
  ["a header longer than the frame", Buffer.from([0, 0, 0, 8, 0, 0, 0, 5])],
  ["a header that is no JSON", Buffer.from([0, 0, 0, 6, 0, 0, 0, 2, 0x7b, 0x7b])],
  ["a malformed PROXY header", Buffer.from("PROXY TCP4 1.2.3.4\r\n")],
  ["an HTTP request", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
];

for (const [title, sent] of hostile) {
  test(`${title} closes that connection with one line of log, and no other`, async (t) => {
    const stack = await startStack(t);
    const good = new Peer(t, stack);
    const bad = new Peer(t, stack);
    bad.socket.write(sent);
    await bad.closed;
    good.send(request(echo.code, { extFields: { text: "still here" } }));
    t.is((await good.next()).code, 0);
    t.is(stack.logger.lines.length, 1, stack.logger.lines.join("\n"));
    t.regex(stack.logger.lines[0] ?? "", /^warn <127\.0\.0\.1:\d+> is closed: /);
  });
}

test("connections beyond the bound are closed at once", async (t) => {
  const stack = await startStack(t, { server: { maxConnections: 1 } });
  const first = new Peer(t, stack);
  first.send(request(echo.code, { extFields: { text: "x" } }));
  await first.next();
  await new Peer(t, stack).closed;
  first.send(request(echo.code, { extFields: { text: "y" } }));
  t.is((await first.next()).code, 0);
});

test("a connection that is idle for two minutes is closed", async (t) => {
  const clock = new ManualClock(1_000_000);
  const stack = await startStack(t, { clock });
  const peer = new Peer(t, stack);
  peer.send(request(echo.code, { extFields: { text: "x" } }));
  await peer.next();
  await clock.advance(119_000);
  t.is(stack.server.connections.size, 1);
  await clock.advance(31_000);
  await peer.closed;
  t.is(stack.server.connections.size, 0);
});

test("a connection that never says anything is closed as idle too", async (t) => {
  const clock = new ManualClock(0);
  const stack = await startStack(t, { clock });
  const peer = new Peer(t, stack);
  await new Promise((resolve) => peer.socket.once("connect", resolve));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await clock.advance(121_000);
  await peer.closed;
  t.pass();
});

test("a peer that does not take its answers is read from no further", async (t) => {
  const connections: Connection[] = [];
  const stack = await startStack(t, {
    server: { onConnection: (one) => connections.push(one), limits: { pauseBytes: 1_000_000 } },
  });
  const peer = new Peer(t, stack);
  peer.socket.pause();
  const megabyte = frameOf(request(bytes.code, { extFields: { count: "1000000" } }));
  const count = 60;
  for (let i = 0; i < count; i++) {
    peer.socket.write(megabyte);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  const [connection] = connections;
  t.true(
    (connection?.pendingBytes ?? 0) < (count * 1_000_000) / 2,
    `${connection?.pendingBytes} bytes wait`,
  );
  peer.socket.resume();
  for (let i = 0; i < count; i++) t.is(((await peer.next()).body as Buffer).length, 1_000_000);
});

test("stop closes every connection, runs their close handlers and frees the port", async (t) => {
  const lost: string[] = [];
  const stack = await startStack(t, {
    server: { onConnection: (one) => one.onClose(() => lost.push(one.remoteAddress)) },
  });
  const peer = new Peer(t, stack);
  peer.send(request(echo.code, { extFields: { text: "x" } }));
  await peer.next();
  await stack.server.stop();
  await peer.closed;
  t.is(lost.length, 1);
  t.is(stack.server.connections.size, 0);
});

test("a port that is taken is named in the error", async (t) => {
  const stack = await startStack(t);
  await t.throwsAsync(startStack(t, { server: { port: stack.server.port } }), {
    message: new RegExp(
      `^cannot listen on 127\\.0\\.0\\.1:${stack.server.port}: the port is in use$`,
    ),
  });
});

test("requests beyond the bound of unanswered ones are refused as overload", async (t) => {
  const stack = await startStack(t, { server: { limits: { maxUnanswered: 2 } } });
  const peer = new Peer(t, stack);
  peer.send(...[1, 2, 3].map((opaque) => request(silence.code, { opaque })));
  t.like(await peer.next(), {
    opaque: 3,
    code: 2,
    remark: "[OVERLOAD]system busy, start flow control for a while",
  });
});

test("a peer that leaves too many answers untaken is dropped", async (t) => {
  const limits = { pauseBytes: Infinity, maxPendingBytes: 2_000_000 };
  const stack = await startStack(t, { server: { limits } });
  const peer = new Peer(t, stack);
  peer.socket.pause();
  const one = request(bytes.code, { extFields: { count: "1000000" } });
  for (let i = 0; i < 40 && peer.socket.writable; i++) {
    peer.send(one);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await peer.closed;
  t.regex(stack.logger.lines[0] ?? "", /is closed: it leaves \d+ bytes of answers untaken$/);
});
