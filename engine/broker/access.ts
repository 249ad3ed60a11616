/** Who may ask the broker for what. Upstream: BrokerController.initialAcl, initialRpcHooks; AuthenticationPipeline, AuthorizationPipeline. */
import { PlainAccess } from "../acl/plain-access.js";
import type { Clock } from "../base/clock.js";
import type { Files } from "../base/files.js";
import type { Logger } from "../base/log.js";
import type { Service } from "../base/service.js";
import { ResponseCode } from "../protocol/response-codes.js";
import type { Dispatcher } from "../remoting/api.js";
import type { BrokerContext } from "./broker-context.js";
import type { BrokerConfiguration } from "./config/broker-config.js";
import { PLAIN_ACL_FILE } from "./config/system-properties.js";
import { registerPlainAcl } from "./processors/admin/plain-acl.js";

export interface BrokerAccessOptions {
  configuration: BrokerConfiguration;
  files: Files;
  logger: Logger;
  clock: Clock;
}

const ACL_EXCEPTION = "org.apache.rocketmq.acl.common.AclException";

export class BrokerAccess implements Service {
  private readonly plain: PlainAccess | undefined;

  constructor({ configuration, ...rest }: BrokerAccessOptions) {
    const { aclEnable, rocketmqHome, storePathRootDir } = configuration.values;
    const home = rocketmqHome ?? storePathRootDir;
    const plainFile = configuration.unknown.get(PLAIN_ACL_FILE) ?? "conf/plain_acl.yml";
    this.plain = aclEnable
      ? new PlainAccess({
          ...rest,
          defaultFile: `${home}/${plainFile.replace(/^\/+/, "")}`,
          folder: `${home}/conf/acl`,
        })
      : undefined;
  }

  start(): void {
    this.plain?.start();
  }

  stop(): void {
    this.plain?.stop();
  }

  /** Puts the checks before the processors of a port, and the requests that manage the rules among them. */
  serve(dispatcher: Dispatcher, context: BrokerContext): void {
    const { plain } = this;
    if (plain === undefined) return;
    dispatcher.guard((command, { remoteAddress }) => {
      const reason = plain.refusal(command, remoteAddress);
      return reason === undefined
        ? undefined
        : { code: ResponseCode.SYSTEM_ERROR, remark: `${ACL_EXCEPTION}: ${reason}` };
    });
    registerPlainAcl(dispatcher, context, plain);
  }
}
