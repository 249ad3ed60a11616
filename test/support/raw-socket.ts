import { connect, type Socket } from "node:net";
import type { ExecutionContext } from "ava";
import type { RequestDefinition } from "../../engine/protocol/define-request.js";
import { decodeFrame, encodeFrame } from "../../engine/protocol/frame.js";
import { CURRENT_VERSION, type RemotingCommand } from "../../engine/protocol/remoting-command.js";

/** A connected socket whose bytes are with the system when `write` returns; the end of the test destroys it. */
export async function rawSocket(t: ExecutionContext, port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  t.teardown(() => socket.destroy());
  await new Promise((resolve) => socket.once("connect", resolve));
  return socket;
}

/** The bytes of a request. */
export function requestFrame<Q, R, QB, RB>(
  definition: RequestDefinition<Q, R, QB, RB>,
  header: Q,
  body?: Buffer,
): Buffer {
  return Buffer.concat(
    encodeFrame({
      code: definition.code,
      language: "JAVA",
      version: CURRENT_VERSION,
      opaque: 1,
      flag: 0,
      remark: undefined,
      extFields: definition.request.encode(header),
      body,
      serializeType: 0,
    }),
  );
}

/** The next answer, which has to come in one piece. */
export function answerOn(socket: Socket): Promise<RemotingCommand> {
  return new Promise((resolve) =>
    socket.once("data", (chunk: Buffer) => resolve(decodeFrame(chunk.subarray(4)))),
  );
}
