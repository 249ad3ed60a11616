import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../base/clock.js";
import { type Files, realFiles } from "../base/files.js";
import type { Logger } from "../base/log.js";
import { type Broker, createBroker } from "./broker.js";
import { loadBrokerConfiguration } from "./config/broker-config.js";

export interface StartBrokerOptions {
  /** Address to listen on and to register; default 127.0.0.1. */
  host?: string | undefined;
  /** Default 0: any free port, the fast and the HA port too. */
  port?: number | undefined;
  /** "host:port", several separated by semicolons, or name servers of this process. */
  namesrv?: string | { readonly address: string } | undefined;
  /** Default: a new folder that is removed at the stop. */
  storeDir?: string | undefined;
  /** Further keys of broker.conf. */
  config?: Readonly<Record<string, string | number | boolean>> | undefined;
  logger?: Logger | undefined;
  clock?: Clock | undefined;
  files?: Files | undefined;
}

export interface RunningBroker {
  /** "host:port" as registered with the name servers. */
  readonly address: string;
  readonly port: number;
  /** The port without pulls (upstream: VIP channel), listenPort − 2 when listenPort was given. */
  readonly fastPort: number | undefined;
  /** Unregisters, closes the store and leaves nothing open. */
  stop(): Promise<void>;
}

/** Starts a broker in this process; resolves when it serves and its name servers know it. */
export async function startBroker(options: StartBrokerOptions = {}): Promise<RunningBroker> {
  const files = options.files ?? realFiles;
  const temporary =
    options.storeDir === undefined
      ? join(tmpdir(), `rocketmq-store-${randomBytes(6).toString("hex")}`)
      : undefined;
  const broker = brokerOf(options, options.storeDir ?? temporary ?? "", files);
  const cleanUp = (): void => {
    if (temporary !== undefined) files.removeTree(temporary);
  };
  try {
    await broker.start();
  } catch (error) {
    cleanUp();
    throw error;
  }
  return {
    address: broker.address,
    port: broker.port,
    fastPort: broker.fastPort,
    async stop() {
      try {
        await broker.stop();
      } finally {
        cleanUp();
      }
    },
  };
}

function brokerOf(options: StartBrokerOptions, storeDir: string, files: Files): Broker {
  const { host = "127.0.0.1", port = 0, namesrv, logger, clock } = options;
  const properties: Record<string, string | number | boolean> = {
    brokerName: "broker-a",
    brokerIP1: host,
    brokerIP2: host,
    bindAddress: host,
    storePathRootDir: storeDir,
    ...options.config,
    listenPort: port,
  };
  if (namesrv !== undefined) {
    properties["namesrvAddr"] = typeof namesrv === "string" ? namesrv : namesrv.address;
  }
  const configuration = loadBrokerConfiguration({
    properties,
    files,
    strict: true,
    ...(logger === undefined ? {} : { logger }),
  });
  return createBroker({ configuration, logger, clock, files });
}
