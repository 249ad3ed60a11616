import { createServer, type Server, type Socket } from "node:net";
import test, { type ExecutionContext } from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { RocketmqError, UnreachableError } from "../../../engine/base/errors.js";
import type { RemotingCommand } from "../../../engine/protocol/remoting-command.js";
import type { Connection } from "../../../engine/remoting/api.js";
import { createDispatcher } from "../../../engine/remoting/dispatcher.js";
import { ResponseError } from "../../../engine/remoting/response-error.js";
import { broken, echo, MemoryLogger, refused, silence, startStack } from "./support.js";

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** A server that takes connections and never answers. */
async function muteServer(t: ExecutionContext): Promise<{ address: string; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) =>
    sockets.push(socket.on("error", () => undefined).resume()),
  );
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { address: `127.0.0.1:${portOf(server)}`, sockets };
}

test("a call returns header, body and version of its answer", async (t) => {
  const { client, address } = await startStack(t);
  const header = { text: "größe \u{1F600}", number: 2 ** 53 - 1, flag: true };
  const result = await client.call(address, echo, header, { body: Buffer.from("body") });
  t.deepEqual(result.header, header);
  t.is(String(result.body), "body");
  t.is(result.version, 479);
});

test("many calls at once share one connection and get their own answers", async (t) => {
  const { client, server, address } = await startStack(t);
  const calls = Array.from({ length: 2000 }, (_, number) =>
    client.call(address, echo, { text: "x", number }),
  );
  const answers = await Promise.all(calls);
  t.deepEqual(
    answers.map(({ header }) => header.number),
    calls.map((_, number) => number),
  );
  t.is(server.connections.size, 1);
});

test("a client can speak the binary header", async (t) => {
  const { client, address } = await startStack(t, { client: { serializeType: 1 } });
  t.is((await client.call(address, echo, { text: "x" })).header.text, "x");
});

test("a refusal rejects with its code and remark, unless the code is accepted", async (t) => {
  const { client, address } = await startStack(t);
  const error = await t.throwsAsync(client.call(address, refused, { code: 17 }), {
    instanceOf: ResponseError,
  });
  t.like(error, { code: 17, remark: "refused", address, kind: "not-found" });
  t.is((await client.call(address, refused, { code: 17 }, { accept: [17] })).code, 17);
});

test("an exception of the server arrives as code 1", async (t) => {
  const { client, address } = await startStack(t);
  await t.throwsAsync(client.call(address, broken, {}), {
    instanceOf: ResponseError,
    message: /code 1: TypeError: it broke/,
  });
});

test("a oneway call arrives", async (t) => {
  const { client, address, served } = await startStack(t);
  await client.callOneway(address, echo, { text: "oneway" });
  await client.call(address, echo, { text: "after" });
  t.deepEqual(served, ["oneway", "after"]);
});

test("every outgoing request is signed, and callbacks are not", async (t) => {
  const sign = (command: RemotingCommand): void => {
    command.extFields.text = `${command.extFields.text ?? ""} signed`;
  };
  const { client, address, served } = await startStack(t, { client: { sign } });
  await client.callOneway(address, echo, { text: "oneway" });
  t.is((await client.call(address, echo, { text: "call" })).header.text, "call signed");
  t.deepEqual(served, ["oneway signed", "call signed"]);
});

test("a call that is not answered rejects at its deadline", async (t) => {
  const clock = new ManualClock(0);
  const { client, server, address } = await startStack(t, { clock });
  await client.call(address, echo, { text: "connected" });
  const call = t.throwsAsync(client.call(address, silence, {}, { timeoutMs: 5000 }), {
    instanceOf: UnreachableError,
  });
  const shorter = t.throwsAsync(client.call(address, silence, {}, { timeoutMs: 100 }), {
    instanceOf: UnreachableError,
  });
  await clock.advance(100);
  t.is((await shorter).message, `wait response on the channel <${address}> timeout, 100(ms)`);
  t.is(server.connections.size, 1);
  await client.call(address, echo, { text: "the connection lives" });
  await clock.advance(4900);
  t.is((await call).message, `wait response on the channel <${address}> timeout, 5000(ms)`);
});

test("a connection on which nothing came during a timeout is dropped, and the next call connects anew", async (t) => {
  const clock = new ManualClock(0);
  const { client, address } = await startStack(t, { clock });
  const connection = await client.connection(address);
  const call = t.throwsAsync(client.call(address, silence, {}, { timeoutMs: 5000 }));
  await clock.advance(5000);
  await call;
  t.false(connection.isOpen);
  t.is((await client.call(address, echo, { text: "again" })).header.text, "again");
});

test("the loss of a connection fails all its calls at once", async (t) => {
  const { address, sockets } = await muteServer(t);
  const { client } = await startStack(t);
  const calls = [1, 2, 3].map(() =>
    t.throwsAsync(client.call(address, silence, {}, { timeoutMs: 600_000 }), {
      instanceOf: UnreachableError,
      message: `send request to <${address}> failed`,
    }),
  );
  while (sockets.length === 0) await new Promise((resolve) => setImmediate(resolve));
  sockets[0]?.destroy();
  await Promise.all(calls);
});

test("a server that is not there is named", async (t) => {
  const { client } = await startStack(t);
  const address = `127.0.0.1:${await freePort()}`;
  const error = await t.throwsAsync(client.call(address, echo, { text: "x" }), {
    instanceOf: UnreachableError,
  });
  t.is(error.message, `connect to ${address} failed`);
  t.is(error.kind, "unreachable");
});

test("an address that is none is refused as such", async (t) => {
  const { client } = await startStack(t);
  for (const address of ["", "host", "host:", "host:99999", ":1"]) {
    const error = await t.throwsAsync(client.call(address, echo, { text: "x" }), {
      instanceOf: RocketmqError,
    });
    t.is(error.kind, "usage", address);
  }
});

test("calls that come while a connection is being made share the attempt", async (t) => {
  const { client, server, address } = await startStack(t);
  const [a, b] = await Promise.all([client.connection(address), client.connection(address)]);
  t.is(a, b);
  await a.call(echo, { text: "x" });
  t.is(server.connections.size, 1);
});

test("calls beyond the bound are refused, and room comes back with the answers", async (t) => {
  const { client, address } = await startStack(t, { client: { limits: { maxOutstanding: 2 } } });
  const connection = await client.connection(address);
  const waiting = [1, 2].map(() => connection.call(echo, { text: "x" }));
  await t.throwsAsync(connection.call(echo, { text: "x" }), {
    message: /^too many requests are under way to </,
  });
  await Promise.all(waiting);
  t.is((await connection.call(echo, { text: "y" })).header.text, "y");
});

test("a peer that takes nothing bounds what is queued for it", async (t) => {
  const { address, sockets } = await muteServer(t);
  const { client } = await startStack(t, { client: { limits: { maxPendingBytes: 3_000_000 } } });
  const connection = await client.connection(address);
  while (sockets.length === 0) await new Promise((resolve) => setImmediate(resolve));
  sockets[0]?.pause();
  const calls: Promise<unknown>[] = [];
  for (let i = 0; i < 100; i++) {
    calls.push(connection.call(silence, {}, { body: Buffer.alloc(1_000_000), timeoutMs: 60_000 }));
    if (i % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  t.true(connection.pendingBytes <= 4_100_000, `${connection.pendingBytes} bytes wait`);
  client.disconnect(address);
  const failures = await Promise.allSettled(calls);
  t.true(
    failures.some(
      (one) => one.status === "rejected" && /too many requests/.test(String(one.reason)),
    ),
  );
});

test("requests of the server are served by the client's dispatcher over the same connection", async (t) => {
  const dispatcher = createDispatcher({ logger: new MemoryLogger() });
  dispatcher.register(echo, ({ header }) => ({ header: { text: `client says ${header.text}` } }));
  const connections: Connection[] = [];
  const { client, address } = await startStack(t, {
    client: { dispatcher },
    server: { onConnection: (one) => connections.push(one) },
  });
  await client.call(address, echo, { text: "x" });
  const answer = await connections[0]?.call(echo, { text: "hello" });
  t.is(answer?.header.text, "client says hello");
});

test("a client without a dispatcher answers requests of the server with code 3", async (t) => {
  const connections: Connection[] = [];
  const { client, address } = await startStack(t, {
    server: { onConnection: (one) => connections.push(one) },
  });
  await client.call(address, echo, { text: "x" });
  await t.throwsAsync(connections[0]?.call(echo, { text: "x" }) ?? Promise.resolve(), {
    instanceOf: ResponseError,
    message: /request type 9001 not supported/,
  });
});

test("a request is forwarded as it is and its answer handed back whatever its code", async (t) => {
  const { client, address } = await startStack(t);
  const connection = await client.connection(address);
  const command: RemotingCommand = {
    code: refused.code,
    language: "GO",
    version: 317,
    opaque: 4711,
    flag: 0,
    remark: undefined,
    extFields: { code: "22" },
    body: undefined,
    serializeType: 1,
  };
  t.like(await connection.forward(command, 1000), {
    code: 22,
    remark: "refused",
    serializeType: 1,
  });
});

test("stop rejects what waits and takes no more calls", async (t) => {
  const { client, address } = await startStack(t);
  await client.connection(address);
  const call = t.throwsAsync(client.call(address, silence, {}), { instanceOf: UnreachableError });
  await client.stop();
  await call;
  await t.throwsAsync(client.call(address, echo, { text: "x" }), { instanceOf: UnreachableError });
});
