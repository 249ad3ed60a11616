/** The answer to a call. Upstream: the tails of MQClientAPIImpl's methods, which decode header and body. */
import { CorruptError } from "../base/errors.js";
import type { RequestDefinition } from "../protocol/define-request.js";
import { bodyOf, type RemotingCommand } from "../protocol/remoting-command.js";
import { ResponseCode } from "../protocol/response-codes.js";
import type { CallResult } from "./api.js";
import { ResponseError } from "./response-error.js";

/** Throws ResponseError when the code is neither success nor in `accept`, CorruptError when the header does not decode. */
export function receiveAnswer<Q, R, QB, RB>(
  definition: RequestDefinition<Q, R, QB, RB>,
  answer: RemotingCommand,
  options: { address: string; accept?: readonly number[] | undefined },
): CallResult<R, RB> {
  const { code, remark, extFields } = answer;
  if (code !== ResponseCode.SUCCESS && !(options.accept?.includes(code) ?? false)) {
    throw new ResponseError({
      code,
      remark,
      address: options.address,
      request: definition.name,
      extFields,
    });
  }
  return {
    code,
    header: headerOf(definition, answer),
    remark,
    extFields,
    body: bodyOf(answer),
    version: answer.version,
    content(): RB {
      const codec = definition.responseBody;
      if (codec === undefined)
        throw new CorruptError(`the answer to ${definition.name} has no content`);
      return codec.decode(bodyOf(answer) ?? Buffer.alloc(0));
    },
  };
}

/** A refusal leaves out fields that an answer must have: then the header is empty. */
function headerOf<Q, R, QB, RB>(
  definition: RequestDefinition<Q, R, QB, RB>,
  answer: RemotingCommand,
): R {
  if (answer.code === ResponseCode.SUCCESS) return definition.response.decode(answer.extFields);
  try {
    return definition.response.decode(answer.extFields);
  } catch {
    return {} as R;
  }
}
