/** Who may ask the broker for what. Upstream: BrokerController.initialAcl, initialRpcHooks; AuthenticationPipeline, AuthorizationPipeline. */
import { AuthCheck } from "../acl/auth-check.js";
import { AuthMetadata } from "../acl/auth-metadata.js";
import { hostOf, PlainAccess } from "../acl/plain-access.js";
import { signatureOf } from "../acl/signature.js";
import type { Clock } from "../base/clock.js";
import { RocketmqError } from "../base/errors.js";
import type { Files } from "../base/files.js";
import type { Logger } from "../base/log.js";
import type { Service } from "../base/service.js";
import type { RemotingCommand } from "../protocol/remoting-command.js";
import { ResponseCode } from "../protocol/response-codes.js";
import type { Dispatcher } from "../remoting/api.js";
import type { BrokerContext } from "./broker-context.js";
import type { BrokerConfig, BrokerConfiguration } from "./config/broker-config.js";
import { PLAIN_ACL_FILE } from "./config/system-properties.js";
import { JsonConfigFile } from "./json-config-file.js";
import { registerAuth } from "./processors/admin/auth.js";
import { registerPlainAcl, registerWithoutPlainAcl } from "./processors/admin/plain-acl.js";

export interface BrokerAccessOptions {
  configuration: BrokerConfiguration;
  files: Files;
  logger: Logger;
  clock: Clock;
}

const ACL_EXCEPTION = "org.apache.rocketmq.acl.common.AclException";

export class BrokerAccess implements Service {
  /** Signs the broker's own requests to other servers; undefined when it has no credentials. */
  readonly sign: ((command: RemotingCommand) => void) | undefined;
  private readonly config: BrokerConfig;
  private readonly files: Files;
  private readonly plain: PlainAccess | undefined;
  private readonly metadata: AuthMetadata | undefined;
  private readonly metadataFile: JsonConfigFile;
  private readonly check: AuthCheck | undefined;

  constructor({ configuration, ...rest }: BrokerAccessOptions) {
    const { config, files } = { config: configuration.values, files: rest.files };
    this.config = config;
    this.files = files;
    this.plain = config.aclEnable ? plainAccess(configuration, rest) : undefined;
    const path = `${authFolder(config)}/auth.json`;
    this.metadataFile = new JsonConfigFile(path, files, rest.logger);
    const { authenticationEnabled: authentication, authorizationEnabled: authorization } = config;
    const isOn = authentication || authorization;
    const isManaged = isOn || (config.authenticationMetadataProvider ?? "") !== "";
    this.metadata = isManaged ? new AuthMetadata(this.metadataFile) : undefined;
    this.check =
      this.metadata === undefined || !isOn
        ? undefined
        : new AuthCheck({
            metadata: this.metadata,
            authentication,
            authorization,
            authenticationWhitelist: config.authenticationWhitelist,
            authorizationWhitelist: config.authorizationWhitelist,
            cluster: config.brokerClusterName,
          });
    this.sign = signer(config);
  }

  start(): void {
    this.plain?.start();
    if (this.metadata !== undefined) this.startMetadata(this.metadata);
  }

  async stop(): Promise<void> {
    this.plain?.stop();
    await this.metadataFile.settled();
  }

  /** Puts the checks before the processors of a port, and the requests that manage the rules among them. */
  serve(dispatcher: Dispatcher, context: BrokerContext): void {
    const { plain, check } = this;
    if (plain !== undefined) {
      dispatcher.guard((command, { remoteAddress }) => {
        const reason = plain.refusal(command, remoteAddress);
        if (reason === undefined) return undefined;
        return { code: ResponseCode.SYSTEM_ERROR, remark: `${ACL_EXCEPTION}: ${reason}` };
      });
      registerPlainAcl(dispatcher, context, plain);
    } else if (context.release.knowsPlainAcl) registerWithoutPlainAcl(dispatcher);
    if (check !== undefined) {
      dispatcher.guard((command, { remoteAddress }) => {
        const remark = check.refusal(command, hostOf(remoteAddress));
        return remark === undefined ? undefined : { code: ResponseCode.NO_PERMISSION, remark };
      });
    }
    registerAuth(dispatcher, this.metadata);
  }

  /** The first users are those that the configuration names. */
  private startMetadata(metadata: AuthMetadata): void {
    this.files.makeDirectory(authFolder(this.config));
    metadata.load();
    const { initAuthenticationUser, innerClientAuthenticationCredentials } = this.config;
    const first = named("initAuthenticationUser", initAuthenticationUser, ["username", "password"]);
    const inner = innerCredentials(innerClientAuthenticationCredentials);
    for (const [username, password] of [first, inner]) {
      if (username === undefined || metadata.user(username) !== undefined) continue;
      metadata.createUser({ username, password, userType: "Super" });
    }
  }
}

function plainAccess(
  { values: { rocketmqHome, storePathRootDir }, unknown }: BrokerConfiguration,
  rest: { files: Files; logger: Logger; clock: Clock },
): PlainAccess {
  const home = rocketmqHome ?? storePathRootDir;
  const file = unknown.get(PLAIN_ACL_FILE) ?? "conf/plain_acl.yml";
  return new PlainAccess({
    ...rest,
    defaultFile: `${home}/${file.replace(/^\/+/, "")}`,
    folder: `${home}/conf/acl`,
  });
}

function authFolder({ authConfigPath, storePathRootDir }: BrokerConfig): string {
  return authConfigPath === undefined || authConfigPath === ""
    ? `${storePathRootDir}/config`
    : authConfigPath;
}

function signer(config: BrokerConfig): ((command: RemotingCommand) => void) | undefined {
  const [accessKey, secretKey] = innerCredentials(config.innerClientAuthenticationCredentials);
  if (accessKey === undefined || secretKey === undefined) return undefined;
  return (command) => {
    command.extFields["AccessKey"] = accessKey;
    command.extFields["Signature"] = signatureOf(command, secretKey);
  };
}

function innerCredentials(text: string | undefined): readonly (string | undefined)[] {
  return named("innerClientAuthenticationCredentials", text, ["accessKey", "secretKey"]);
}

/** Two texts out of a JSON object in the configuration; none when the key is not set. */
function named(
  key: string,
  text: string | undefined,
  names: readonly [string, string],
): readonly (string | undefined)[] {
  if (text === undefined || text === "") return [];
  const read = parsed(text);
  const values = names.map((name) => read[name]);
  if (values.every((value) => typeof value === "string" && value !== "")) return values as string[];
  throw new RocketmqError(`${key} is no JSON object with ${names.join(" and ")}`, {
    kind: "usage",
  });
}

function parsed(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}
