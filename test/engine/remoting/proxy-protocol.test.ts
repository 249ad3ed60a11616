import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import test, { type ExecutionContext } from "ava";
import { encodeFrame } from "../../../engine/protocol/frame.js";
import { readProxyHeader } from "../../../engine/remoting/proxy-protocol.js";
import { echo, type Stack, startStack } from "./support.js";

const SIGNATURE = "0d0a0d0a000d0a515549540a";
const V4 = Buffer.from(`${SIGNATURE}2111000cc0000201c00002029c402a9f`, "hex");
const V6 = Buffer.from(
  `${SIGNATURE}21210024${"20010db8000000000000000000000001".repeat(2)}9c402a9f`,
  "hex",
);
const LOCAL = Buffer.from(`${SIGNATURE}20000000`, "hex");
const V1 = Buffer.from("PROXY TCP4 192.0.2.1 192.0.2.2 40000 10911\r\n");

function frame(): Buffer {
  return Buffer.concat(
    encodeFrame({
      code: echo.code,
      language: "GO",
      version: 317,
      opaque: 1,
      flag: 0,
      remark: undefined,
      extFields: { text: "x" },
      body: undefined,
      serializeType: 0,
    }),
  );
}

/** Who the server takes the peer for that sends these chunks; undefined when it closes the connection. */
async function peerOf(
  t: ExecutionContext,
  stack: Stack,
  chunks: readonly Buffer[],
): Promise<string | undefined> {
  const socket = connect({ port: stack.server.port, host: "127.0.0.1", noDelay: true });
  t.teardown(() => socket.destroy());
  socket.on("error", () => undefined);
  const over = new Promise<boolean>((resolve) => {
    socket.once("data", () => resolve(true));
    socket.once("close", () => resolve(false));
  });
  for (const chunk of chunks) {
    socket.write(chunk);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (!(await over)) return undefined;
  return [...stack.server.connections][0]?.remoteAddress;
}

const good: Record<string, [Buffer, string | RegExp]> = {
  "version 1": [V1, "192.0.2.1:40000"],
  "version 1 for IPv6": [
    Buffer.from("PROXY TCP6 2001:db8::1 2001:db8::2 40000 1\r\n"),
    "2001:db8::1:40000",
  ],
  "version 1 of unknown origin": [Buffer.from("PROXY UNKNOWN\r\n"), /^127\.0\.0\.1:/],
  "version 2 for IPv4": [V4, "192.0.2.1:40000"],
  "version 2 for IPv6": [V6, "2001:db8:0:0:0:0:0:1:40000"],
  "version 2 of the balancer itself": [LOCAL, /^127\.0\.0\.1:/],
};

for (const [name, [header, expected]] of Object.entries(good)) {
  test(`a PROXY header of ${name} says who connects`, async (t) => {
    const peer = await peerOf(t, await startStack(t), [Buffer.concat([header, frame()])]);
    if (typeof expected === "string") t.is(peer, expected);
    else t.regex(peer ?? "", expected);
  });
}

test("a PROXY header is read wherever the network cuts it", async (t) => {
  for (const header of [V1, V4]) {
    const stack = await startStack(t);
    const all = Buffer.concat([header, frame()]);
    const chunks = Array.from({ length: all.length }, (_, at) => all.subarray(at, at + 1));
    t.is(await peerOf(t, stack, chunks), "192.0.2.1:40000");
  }
});

test("TLS may follow a PROXY header", async (t) => {
  const stack = await startStack(t);
  const socket = connect(stack.server.port, "127.0.0.1");
  socket.write(V1);
  const secure = connectTls({ socket, rejectUnauthorized: false });
  t.teardown(() => secure.destroy());
  secure.write(frame());
  await new Promise((resolve) => secure.once("data", resolve));
  t.is([...stack.server.connections][0]?.remoteAddress, "192.0.2.1:40000");
});

const bad: Record<string, Buffer> = {
  "another word": Buffer.from("POST / HTTP/1.1\r\n"),
  "no end": Buffer.from("PROXY TCP4 ".padEnd(200, "1")),
  "a bad address": Buffer.from("PROXY TCP4 1.2.3.256 1.2.3.4 1 2\r\n"),
  "a bad port": Buffer.from("PROXY TCP4 1.2.3.4 1.2.3.4 1 70000\r\n"),
  "too many words": Buffer.from("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n"),
  "a wrong signature": Buffer.from("0d0a0d0a000d0a5155495400", "hex"),
  "a version to come": Buffer.from(`${SIGNATURE}3111000c`, "hex"),
  "addresses that are cut": Buffer.from(`${SIGNATURE}21110004c0000201`, "hex"),
  "too many bytes": Buffer.from(`${SIGNATURE}2111ffff`, "hex"),
};

for (const [name, header] of Object.entries(bad)) {
  test(`a PROXY header with ${name} closes the connection with one line`, async (t) => {
    const stack = await startStack(t);
    t.is(await peerOf(t, stack, [header]), undefined);
    t.is(stack.logger.lines.length, 1);
    t.regex(stack.logger.lines[0] ?? "", /^warn <127\.0\.0\.1:\d+> is closed: a malformed PROXY/);
  });
}

test("an incomplete PROXY header is waited for", (t) => {
  for (const header of [V1, V4, V6]) {
    for (let length = 1; length < header.length; length++) {
      t.is(readProxyHeader(header.subarray(0, length)), undefined);
    }
    t.is(readProxyHeader(Buffer.concat([header, frame()]))?.length, header.length);
  }
});
