import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { connect as connectPlain } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from "node:tls";
import test, { type ExecutionContext } from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { realFiles } from "../../../engine/base/files.js";
import {
  readTlsSettings,
  type TlsClientSettings,
  type TlsServerSettings,
} from "../../../engine/remoting/tls-settings.js";
import { bytes, echo, type Stack, startStack } from "./support.js";

const fixture = (name: string): string => join("test", "fixtures", "tls", name);

const files = {
  mode: "enforcing",
  testMode: false,
  needClientAuth: "none",
  authClient: false,
  keyPath: fixture("server.key"),
  certPath: fixture("server.pem"),
} as const satisfies TlsServerSettings;

const trusting: TlsClientSettings = { enable: true, testMode: true, authServer: false };
const checking: TlsClientSettings = {
  enable: true,
  testMode: false,
  authServer: true,
  trustCertPath: fixture("ca.pem"),
};

function start(
  t: ExecutionContext,
  server: TlsServerSettings | undefined,
  client?: TlsClientSettings,
): Promise<Stack> {
  return startStack(t, { server: { tls: server }, client: { tls: client } });
}

async function says({ client, address }: Stack, text: string): Promise<string> {
  return (await client.call(address, echo, { text })).header.text;
}

/** The handshake's end, and the name on the server's certificate. */
async function subjectOf(stack: Stack, options: ConnectionOptions = {}): Promise<string> {
  const { port } = stack.server;
  const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false, ...options });
  try {
    await new Promise((resolve, reject) =>
      socket.once("secureConnect", resolve).once("error", reject),
    );
    return String(socket.getPeerCertificate().subject.CN);
  } finally {
    socket.destroy();
  }
}

test("one port serves plain and TLS connections, without any setting", async (t) => {
  const stack = await start(t, undefined);
  t.is(await says(stack, "plain"), "plain");
  const secure = await start(t, undefined, trusting);
  t.is(await says(secure, "secret"), "secret");
  t.is(await subjectOf(secure), "localhost");
});

test("answers of any size go through TLS", async (t) => {
  const stack = await start(t, files, trusting);
  const answers = await Promise.all(
    [1, 100_000, 5_000_000].map((count) => stack.client.call(stack.address, bytes, { count })),
  );
  t.deepEqual(
    answers.map(({ body }) => body?.length),
    [1, 100_000, 5_000_000],
  );
});

test("a stop sends what was answered over TLS, and then closes", async (t) => {
  const stack = await start(t, files, trusting);
  await says(stack, "first");
  const taken = new Promise<void>((resolve) =>
    stack.dispatcher.guard(() => {
      resolve();
      return undefined;
    }),
  );
  const answer = stack.client.call(stack.address, bytes, { count: 2_000_000 });
  await taken;
  await stack.server.stop();
  t.is((await answer).body?.length, 2_000_000);
  await t.throwsAsync(says(stack, "later"));
});

test("a server that enforces TLS closes plain connections", async (t) => {
  const stack = await start(t, files);
  await t.throwsAsync(says(stack, "plain"));
  t.true(stack.logger.lines.some((line) => line.endsWith("is closed: it does not use TLS")));
});

test("a server without TLS closes TLS connections", async (t) => {
  const stack = await start(t, { ...files, mode: "disabled", keyPath: "nowhere" }, trusting);
  await t.throwsAsync(says(stack, "secret"));
  t.true(stack.logger.lines.some((line) => line.includes("it begins with a TLS handshake")));
});

test("a client that checks takes a server of its authority only", async (t) => {
  t.is(await says(await start(t, files, checking), "known"), "known");
  const stranger = { keyPath: fixture("stranger.key"), certPath: fixture("stranger.pem") };
  await t.throwsAsync(says(await start(t, { ...files, ...stranger }, checking), "unknown"));
});

test("a server that requires certificates refuses clients without one, and those of strangers", async (t) => {
  const server: TlsServerSettings = {
    ...files,
    needClientAuth: "require",
    authClient: true,
    trustCertPath: fixture("ca.pem"),
  };
  const as = (name: string): TlsClientSettings => ({
    ...checking,
    keyPath: fixture(`${name}.key`),
    certPath: fixture(`${name}.pem`),
  });
  t.is(await says(await start(t, server, as("client")), "known"), "known");
  const none = await start(t, server, checking);
  await t.throwsAsync(says(none, "none"));
  t.true(none.logger.lines.some((line) => line.endsWith("the client has no certificate")));
  const stranger = await start(t, server, as("stranger"));
  await t.throwsAsync(says(stranger, "stranger"));
  t.true(stranger.logger.lines.some((line) => line.includes("certificate is not trusted")));
});

test("an encrypted key is read with its password, and not without", async (t) => {
  const server = { ...files, keyPath: fixture("server-encrypted.key") };
  t.is(await subjectOf(await start(t, { ...server, keyPassword: "secret" })), "server");
  await t.throwsAsync(start(t, { ...server, keyPassword: "wrong" }), {
    message: /^TLS cannot be offered/,
  });
});

test("a server does not start without the files it was told to use", async (t) => {
  await t.throwsAsync(start(t, { ...files, keyPath: "nowhere.key" }), {
    message: "TLS cannot be offered: tls.server.keyPath: nowhere.key does not exist",
  });
});

test("changed certificates are taken without a restart, unusable ones are not", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tls-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const [keyPath, certPath] = [join(folder, "key"), join(folder, "cert")];
  const put = (key: string, cert: string): void => {
    copyFileSync(fixture(key), keyPath);
    copyFileSync(fixture(cert), certPath);
  };
  put("server.key", "server.pem");
  const clock = new ManualClock(1_000_000);
  const stack = await startStack(t, {
    clock,
    server: { tls: { ...files, keyPath, certPath }, idleMs: Infinity },
    client: { idleMs: Infinity },
  });
  t.is(await subjectOf(stack), "server");
  put("renewed.key", "renewed.pem");
  await clock.advance(1000);
  t.is(await subjectOf(stack), "renewed");
  put("renewed.key", "server.pem");
  await clock.advance(1000);
  t.is(await subjectOf(stack), "renewed");
  t.true(stack.logger.lines.some((line) => line.includes("cannot be used")));
});

test("bytes that are no handshake after all end the connection", async (t) => {
  const stack = await start(t, files);
  const socket = connectPlain(stack.server.port, "127.0.0.1");
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.on("error", () => undefined);
  socket.write(Buffer.alloc(100, 0x16));
  socket.resume();
  await closed;
  t.is(stack.server.connections.size, 0);
});

test("a peer inside TLS that speaks another protocol is closed", async (t) => {
  const stack = await start(t, files);
  const socket: TLSSocket = connectTls({
    port: stack.server.port,
    host: "127.0.0.1",
    rejectUnauthorized: false,
  });
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.on("error", () => undefined);
  socket.write("GET / HTTP/1.1\r\n\r\n");
  socket.resume();
  await closed;
  t.true(stack.logger.lines.some((line) => line.includes("bytes of another protocol")));
});

test("settings are upstream's system properties, and tls.properties wins but for the mode", (t) => {
  const given: Record<string, string> = {
    "tls.config.file": "/tls.properties",
    "tls.server.mode": "ENFORCING",
    "tls.server.keyPath": "given.key",
    "tls.server.certPath": "given.pem",
  };
  const text =
    "tls.test.mode.enable=false\ntls.server.keyPath=file.key\ntls.server.mode=disabled\n" +
    "tls.server.need.client.auth=require\n";
  const read = { ...realFiles, readText: () => text };
  const { server, client } = readTlsSettings((name) => given[name], read);
  t.like(server, {
    mode: "enforcing",
    testMode: false,
    keyPath: "file.key",
    certPath: "given.pem",
    needClientAuth: "require",
    authClient: false,
  });
  t.like(client, { enable: false, testMode: false });
  const misspelt = (name: string): string | undefined =>
    name === "tls.server.mode" ? "enforce" : undefined;
  t.throws(() => readTlsSettings(misspelt, { ...realFiles, readText: () => undefined }), {
    message: 'tls.server.mode: "enforce" is none of permissive, disabled, enforcing',
  });
});
