/** Answers as commands. Upstream: RemotingCommand.createResponseCommand. */
import type { RequestDefinition } from "../protocol/define-request.js";
import {
  CURRENT_VERSION,
  FLAG_RESPONSE,
  type RemotingCommand,
  type SerializeType,
} from "../protocol/remoting-command.js";
import type { Reply } from "./api.js";

interface Asked {
  readonly opaque: number;
  readonly serializeType: SerializeType;
}

/** An answer without header fields of its own. */
export function answerTo(request: Asked, reply: Reply<unknown>): RemotingCommand {
  return {
    code: reply.code ?? 0,
    language: "JAVA",
    version: CURRENT_VERSION,
    opaque: request.opaque,
    flag: FLAG_RESPONSE,
    remark: reply.remark,
    extFields: { ...reply.extFields },
    body: reply.body,
    serializeType: request.serializeType,
  };
}

/** An answer in the serialisation of its request, with header and content encoded as the definition says. */
export function encodeAnswer<Q, R, QB, RB>(
  definition: RequestDefinition<Q, R, QB, RB>,
  request: Asked,
  reply: Reply<R, RB>,
): RemotingCommand {
  const { header, content, body } = reply;
  const extFields = header === undefined ? {} : definition.response.encode(header);
  if (reply.extFields !== undefined) Object.assign(extFields, reply.extFields);
  return {
    code: reply.code ?? 0,
    language: "JAVA",
    version: CURRENT_VERSION,
    opaque: request.opaque,
    flag: FLAG_RESPONSE,
    remark: reply.remark,
    extFields,
    body: body ?? (content === undefined ? undefined : definition.responseBody?.encode(content)),
    serializeType: request.serializeType,
  };
}
