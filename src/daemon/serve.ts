import { join } from "node:path";
import { messageOf, RocketmqError } from "../../engine/base/errors.js";
import { realFiles } from "../../engine/base/files.js";
import type { Logger } from "../../engine/base/log.js";
import { processStart } from "../../engine/base/processes.js";
import { isSystemProperty } from "../../engine/broker/config/system-properties.js";
import { javaProperties } from "../config/java-properties.js";
import {
  defaultLogDirectory,
  type Environment,
  type Instance,
  type Part,
  removeInstance,
  runningInstances,
  writeInstance,
} from "./instances.js";

export interface ServeOptions {
  part: Part;
  configFile?: string | undefined;
  /** Settings that win over the file. */
  settings: Readonly<Record<string, string>>;
  logDir?: string | undefined;
  env: Environment;
}

/** A server that runs in this process. */
export interface Serving {
  instance: Instance;
  bootLine: string;
  stop(): Promise<void>;
}

/** What name server and broker have in common here. */
interface Server {
  readonly address: string;
  readonly port: number;
  start(): Promise<void> | void;
  stop(): Promise<void> | void;
  bootLine(): string;
}

interface Prepared {
  server: Server;
  /** Port that is asked for; 0 is any. */
  wantedPort: number;
  about: Pick<Instance, "name" | "namesrv" | "storeDir">;
}

/** A server of this part already listens on the port that was asked for. */
export interface AlreadyRuns {
  already: Instance;
}

/** Starts a server in this process, with its log file and pid file; when it fails, nothing is left behind. */
export async function serve(options: ServeOptions): Promise<Serving | AlreadyRuns> {
  const logFile = join(options.logDir ?? defaultLogDirectory(), `${options.part}.log`);
  const { openLogFile } = await import("./log-file.js");
  const log = openLogFile(logFile);
  try {
    const { server, wantedPort, about } = await prepare(options, log.logger);
    const already = runningInstances(options.env, options.part).find(
      (one) => one.port === wantedPort,
    );
    if (already !== undefined) {
      await log.close();
      return { already };
    }
    await server.start();
    const instance: Instance = {
      part: options.part,
      pid: process.pid,
      processStart: processStart(realFiles, process.pid),
      address: server.address,
      port: server.port,
      ...about,
      configFile: options.configFile,
      logFile,
      startedAt: Date.now(),
    };
    writeInstance(options.env, instance);
    log.logger.info(server.bootLine());
    return {
      instance,
      bootLine: server.bootLine(),
      async stop() {
        try {
          await server.stop();
        } finally {
          removeInstance(options.env, instance);
          await log.close();
        }
      },
    };
  } catch (error) {
    log.logger.error(`not started: ${messageOf(error)}`);
    await log.close();
    throw isSystemError(error)
      ? new RocketmqError(`the ${options.part} cannot start: ${error.message}`, {
          kind: "failed",
          cause: error,
        })
      : error;
  }
}

async function prepare(options: ServeOptions, logger: Logger): Promise<Prepared> {
  return options.part === "namesrv"
    ? await prepareNamesrv(options, logger)
    : await prepareBroker(options, logger);
}

async function prepareNamesrv(options: ServeOptions, logger: Logger): Promise<Prepared> {
  const { createNamesrv } = await import("../../engine/namesrv/namesrv.js");
  const configuration = await namesrvConfiguration(options, logger);
  const server = createNamesrv({ configuration, logger });
  return { server, wantedPort: configuration.values.listenPort, about: {} };
}

async function prepareBroker(options: ServeOptions, logger: Logger): Promise<Prepared> {
  const { createBroker } = await import("../../engine/broker/broker.js");
  const configuration = await brokerConfiguration(options, logger);
  const { brokerName, namesrvAddr, storePathRootDir, listenPort } = configuration.values;
  return {
    server: createBroker({ configuration, logger }),
    wantedPort: listenPort,
    about: { name: brokerName, namesrv: namesrvAddr || undefined, storeDir: storePathRootDir },
  };
}

/** What the command line says wins over the system properties in JAVA_OPT. */
function propertiesOf({ settings, env }: ServeOptions): Record<string, string> {
  const taken = [...javaProperties(env["JAVA_OPT"])].filter(([name]) => isSystemProperty(name));
  return { ...Object.fromEntries(taken), ...settings };
}

async function namesrvConfiguration(options: ServeOptions, logger: Logger) {
  const { loadNamesrvConfiguration } = await import("../../engine/namesrv/namesrv-config.js");
  const configuration = loadNamesrvConfiguration({
    properties: propertiesOf(options),
    ...(options.configFile !== undefined && { path: options.configFile }),
    files: realFiles,
    logger,
    strict: true,
  });
  configuration.values.rocketmqHome ||= options.env["ROCKETMQ_HOME"] ?? "";
  return configuration;
}

/** broker.conf, then the settings of the command line; a bad value of a known key is a usage error. */
async function brokerConfiguration(options: ServeOptions, logger: Logger) {
  const { loadBrokerConfiguration } = await import("../../engine/broker/config/broker-config.js");
  const namesrv = options.env["NAMESRV_ADDR"];
  const configuration = loadBrokerConfiguration({
    properties: propertiesOf(options),
    ...(options.configFile !== undefined && { path: options.configFile }),
    files: realFiles,
    logger,
    strict: true,
  });
  if (configuration.values.namesrvAddr === "" && namesrv !== undefined) {
    configuration.values.namesrvAddr = namesrv;
  }
  configuration.values.rocketmqHome ??= options.env["ROCKETMQ_HOME"];
  return configuration;
}

/** Every setting with its value, one a line: what `-p` prints. */
export async function settingsText(options: ServeOptions): Promise<string> {
  const { silentLogger } = await import("../../engine/base/log.js");
  const read = options.part === "broker" ? brokerConfiguration : namesrvConfiguration;
  return (await read(options, silentLogger)).text();
}

/** What the operating system refused: a folder that cannot be made, a disk that is full. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}
