import { type ErrorKind, RocketmqError } from "../base/errors.js";
import { ResponseCode } from "../protocol/response-codes.js";

const KINDS: Partial<Record<number, ErrorKind>> = {
  [ResponseCode.NO_PERMISSION]: "denied",
  [ResponseCode.TOPIC_NOT_EXIST]: "not-found",
  [ResponseCode.QUERY_NOT_FOUND]: "not-found",
  [ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST]: "not-found",
  [ResponseCode.CONSUMER_NOT_ONLINE]: "not-found",
  [ResponseCode.CONTROLLER_BROKER_NEED_TO_BE_REGISTERED]: "not-found",
  [ResponseCode.USER_NOT_EXIST]: "not-found",
  [ResponseCode.POLICY_NOT_EXIST]: "not-found",
};

/** A server answered with a code other than success. Upstream: MQBrokerException, MQClientException. */
export class ResponseError extends RocketmqError {
  override name = "ResponseError";
  readonly code: number;
  /** The answer's remark, unchanged. */
  readonly remark: string;
  readonly address: string;
  readonly extFields: Record<string, string>;

  constructor(answer: {
    code: number;
    remark: string | undefined;
    address: string;
    request: string;
    extFields?: Record<string, string>;
  }) {
    super(
      `${answer.request} on ${answer.address} was answered with code ${answer.code}: ${answer.remark ?? "no remark"}`,
      {
        kind: kindOf(answer.code, answer.remark),
      },
    );
    this.code = answer.code;
    this.remark = answer.remark ?? "";
    this.address = answer.address;
    this.extFields = answer.extFields ?? {};
  }
}

/** Access control of 4.x answers with code 1 and the name of its exception. */
function kindOf(code: number, remark: string | undefined): ErrorKind {
  if (remark?.includes(".AclException:") === true) return "denied";
  return KINDS[code] ?? "failed";
}
