import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startAll, stopAll } from "../../engine/base/service.js";

export interface UpRequest {
  /** Folder of the data; undefined: a temporary one, removed at the end. */
  data: string | undefined;
  /** Undefined: upstream's port, or any free one when that is taken. */
  namesrvPort: number | undefined;
  brokerPort: number | undefined;
  /** Further keys of broker.conf; the name server appears as the same release as the broker. */
  settings: Readonly<Record<string, string>>;
}

export interface Up {
  namesrvAddress: string;
  brokerAddress: string;
  data: string;
  stop(): Promise<void>;
}

const NAMESRV_PORT = 9876;
const BROKER_PORT = 10911;

/** A name server and a broker in this process. */
export async function up(request: UpRequest): Promise<Up> {
  const { createNamesrv } = await import("../../engine/namesrv/namesrv.js");
  const { createBroker } = await import("../../engine/broker/broker.js");
  const { loadBrokerConfiguration } = await import("../../engine/broker/config/broker-config.js");
  const { realFiles } = await import("../../engine/base/files.js");
  const data =
    request.data === undefined ? mkdtempSync(join(tmpdir(), "mqctl-up-")) : resolve(request.data);
  const cleanUp = (): void => {
    if (request.data === undefined) rmSync(data, { recursive: true, force: true });
  };
  const { rocketmqVersion } = request.settings;
  try {
    const namesrv = createNamesrv({
      host: "127.0.0.1",
      port: request.namesrvPort ?? (await freeOr(NAMESRV_PORT)),
      dataDir: join(data, "namesrv"),
      ...(rocketmqVersion !== undefined && { config: { rocketmqVersion } }),
      strict: true,
    });
    await namesrv.start();
    try {
      const configuration = loadBrokerConfiguration({
        properties: {
          brokerName: "broker-a",
          brokerIP1: "127.0.0.1",
          brokerIP2: "127.0.0.1",
          bindAddress: "127.0.0.1",
          storePathRootDir: join(data, "store"),
          namesrvAddr: namesrv.address,
          listenPort: request.brokerPort ?? (await freeOr(BROKER_PORT)),
          ...request.settings,
        },
        files: realFiles,
        strict: true,
      });
      const broker = createBroker({ configuration });
      await startAll([broker]);
      return {
        namesrvAddress: namesrv.address,
        brokerAddress: broker.address,
        data,
        async stop() {
          try {
            await stopAll([namesrv, broker]);
          } finally {
            cleanUp();
          }
        },
      };
    } catch (error) {
      await namesrv.stop();
      throw error;
    }
  } catch (error) {
    cleanUp();
    throw error;
  }
}

/** The port when it can be had, else 0: any. */
export function freeOr(port: number): Promise<number> {
  return new Promise((settle) => {
    const probe = createServer();
    probe.once("error", () => {
      settle(0);
    });
    probe.listen(port, "127.0.0.1", () => {
      probe.close(() => {
        settle(port);
      });
    });
  });
}
