/** A server with an echo and its clients, on free ports. */
import type { ExecutionContext } from "ava";
import type { Clock } from "../../../engine/base/clock.js";
import type { Logger } from "../../../engine/base/log.js";
import { defineRequest } from "../../../engine/protocol/define-request.js";
import { boolean, int32, int64, string } from "../../../engine/protocol/header.js";
import { held, type RemotingClient, type RemotingServer } from "../../../engine/remoting/api.js";
import {
  createRemotingClient,
  type RemotingClientOptions,
} from "../../../engine/remoting/client.js";
import { createDispatcher, type RequestDispatcher } from "../../../engine/remoting/dispatcher.js";
import { createServer, type ServerOptions } from "../../../engine/remoting/server.js";

/** Answers with its fields and its body. */
export const echo = defineRequest({
  code: 9001,
  name: "ECHO",
  servedBy: "broker",
  request: { text: string.required(), number: int64.optional(), flag: boolean.optional() },
  response: { text: string.required(), number: int64.optional(), flag: boolean.optional() },
});
/** Is never answered. */
export const silence = defineRequest({ code: 9002, name: "SILENCE", servedBy: "broker" });
/** Throws an exception. */
export const broken = defineRequest({ code: 9003, name: "BROKEN", servedBy: "broker" });
/** Is refused with code and remark of its own. */
export const refused = defineRequest({
  code: 9004,
  name: "REFUSED",
  servedBy: "broker",
  request: { code: int32.required() },
});
/** Answers this many bytes. */
export const bytes = defineRequest({
  code: 9005,
  name: "BYTES",
  servedBy: "broker",
  request: { count: int32.required() },
});

/** Keeps what is logged. */
export class MemoryLogger implements Logger {
  readonly lines: string[] = [];
  debug(): void {}
  info(message: string): void {
    this.lines.push(`info ${message}`);
  }
  warn(message: string): void {
    this.lines.push(`warn ${message}`);
  }
  error(message: string): void {
    this.lines.push(`error ${message}`);
  }
}

export interface Stack {
  server: RemotingServer;
  client: RemotingClient;
  dispatcher: RequestDispatcher;
  logger: MemoryLogger;
  address: string;
  /** Bodies of the echoes that were served. */
  served: string[];
}

export async function startStack(
  t: ExecutionContext,
  options: { clock?: Clock; server?: Partial<ServerOptions>; client?: RemotingClientOptions } = {},
): Promise<Stack> {
  const logger = new MemoryLogger();
  const dispatcher = createDispatcher({ logger });
  const served: string[] = [];
  dispatcher.register(echo, ({ header, body }) => {
    served.push(header.text);
    return { header, body };
  });
  dispatcher.register(silence, () => held);
  dispatcher.register(broken, () => {
    throw new TypeError("it broke");
  });
  dispatcher.register(refused, ({ header }) =>
    Promise.resolve({ code: header.code, remark: "refused" }),
  );
  dispatcher.register(bytes, ({ header }) => ({ body: Buffer.alloc(header.count, 120) }));
  const { clock } = options;
  const server = createServer({
    host: "127.0.0.1",
    port: 0,
    dispatcher,
    logger,
    clock,
    ...options.server,
  });
  await server.start();
  const client = createRemotingClient({ clock, logger, ...options.client });
  await client.start();
  t.teardown(async () => {
    await client.stop();
    await server.stop();
  });
  return { server, client, dispatcher, logger, served, address: `127.0.0.1:${server.port}` };
}
