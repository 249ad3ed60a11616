import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { RocketmqError } from "../../engine/base/errors.js";
import { realFiles } from "../../engine/base/files.js";
import { type Logger, silentLogger } from "../../engine/base/log.js";
import { stopAll } from "../../engine/base/service.js";
import { holderOfStore } from "../../engine/store/data-dir-lock.js";
import { logFolders } from "../inspect/log-folders.js";
import { readIndexHeader } from "../inspect/index-file.js";
import { Findings } from "../inspect/verify/findings.js";
import { type Stock, storeRoot, takeStock } from "../inspect/verify/stock.js";
import { OverlayFiles } from "./serve-overlay.js";
import { freeOr } from "./up.js";

export interface ServeStoreRequest {
  /** Folder of the store. */
  path: string;
  /** broker.conf of the broker that wrote it. */
  configFile: string | undefined;
  /** Folders of the commit log with a comma between; undefined: those of the configuration, or the store's own. */
  commitlog: string | undefined;
  /** Name servers to register with; undefined: one of its own. */
  namesrv: string | undefined;
  /** Address to listen on and to register; 127.0.0.1 when undefined. */
  host: string | undefined;
  brokerName: string | undefined;
  /** Undefined: upstream's port, or any free one when that is taken. */
  namesrvPort: number | undefined;
  brokerPort: number | undefined;
  /** Further keys of broker.conf. */
  settings: Readonly<Record<string, string>>;
  /** Told what recovery had to do, and what else is worth knowing. */
  note: (line: string) => void;
}

export interface ServedStore {
  namesrvAddress: string;
  brokerAddress: string;
  brokerName: string;
  root: string;
  /** Resolves with who it is when another process opens the store to write to it. */
  taken(signal: AbortSignal): Promise<string | undefined>;
  stop(): Promise<void>;
}

const NAMESRV_PORT = 9876;
const BROKER_PORT = 10911;
const DEFAULT_NAME = "store-serve";
const LOOK_EVERY_MS = 2000;
const INDEX_HEADER = 40;
const SLOT = 4;
const INDEX_ENTRY = 20;

/**
 * Whatever a configuration says: nothing expires, nothing is taken from clients, and producers are not asked about
 * transactions whose end could not be kept.
 */
const FORCED: Readonly<Record<string, string>> = {
  brokerRole: "ASYNC_MASTER",
  brokerId: "0",
  flushDiskType: "ASYNC_FLUSH",
  autoCreateTopicEnable: "false",
  fileReservedTime: "1000000",
  transactionCheckInterval: "2000000000",
  warmMapedFileEnable: "false",
};

/**
 * Serves a store that no broker has open, without changing a byte of it: the broker works on an overlay that keeps in
 * memory all it writes, recovery and consumer offsets included.
 */
export async function serveStore(request: ServeStoreRequest): Promise<ServedStore> {
  const folders = logFolders(request.path, {
    configFile: request.configFile,
    commitlog: request.commitlog ?? request.settings["storePathCommitLog"],
  });
  const root = resolve(storeRoot(request.path, folders));
  const stock = takeStock(root, new Findings(), folders);
  if (stock.holder !== undefined) throw inUse(root, stock.holder);
  const overlay = new OverlayFiles(realFiles);
  const { files } = overlay;
  const { createNamesrv } = await import("../../engine/namesrv/namesrv.js");
  const { createBroker } = await import("../../engine/broker/broker.js");
  const { loadBrokerConfiguration } = await import("../../engine/broker/config/broker-config.js");
  const host = request.host ?? "127.0.0.1";
  const namesrv =
    request.namesrv === undefined
      ? createNamesrv({
          host,
          port: request.namesrvPort ?? (await freeOr(NAMESRV_PORT)),
          dataDir: join(root, "namesrv"),
          files,
          strict: true,
        })
      : undefined;
  await namesrv?.start();
  try {
    const namesrvAddr = request.namesrv ?? namesrv?.address ?? "";
    const configured = request.configFile === undefined ? {} : { path: request.configFile };
    const configuration = loadBrokerConfiguration({
      ...configured,
      properties: {
        ...sizesOf(stock, files, request.note),
        ...(request.configFile === undefined && { brokerName: DEFAULT_NAME }),
        enablePropertyFilter: "true",
        ...request.settings,
        ...(request.brokerName !== undefined && { brokerName: request.brokerName }),
        ...FORCED,
        ...{ brokerIP1: host, brokerIP2: host, bindAddress: host },
        storePathRootDir: root,
        ...(stock.log.files.length > 0 && {
          storePathCommitLog: (folders ?? [join(root, "commitlog")]).join(","),
        }),
        namesrvAddr,
        listenPort: request.brokerPort ?? (await freeOr(BROKER_PORT)),
      },
      files,
      strict: true,
    });
    const { logger, quiet } = startLogger(request.note);
    // where there are other brokers, producers shall not choose this one
    const hidesWriting = request.namesrv !== undefined;
    const broker = createBroker({ configuration, files, logger, refusesSends: true, hidesWriting });
    await broker.start();
    quiet();
    return {
      namesrvAddress: namesrvAddr,
      brokerAddress: broker.address,
      brokerName: configuration.values.brokerName,
      root,
      taken: (signal) => taken(root, signal),
      stop: () => stopAll(namesrv === undefined ? [broker] : [namesrv, broker]),
    };
  } catch (error) {
    await namesrv?.stop();
    throw error;
  }
}

function inUse(root: string, holder: string): RocketmqError {
  return new RocketmqError(`the store ${root} is in use by ${holder}`, {
    kind: "failed",
    hint: "it can be served when that broker has ended; a running broker serves it itself",
  });
}

/** Sizes stand nowhere in a store: they are those of the files that are there. */
function sizesOf(
  stock: Stock,
  files: OverlayFiles["files"],
  note: (line: string) => void,
): Record<string, string> {
  const sizes: Record<string, string> = {};
  if (stock.log.fileSize > 0) sizes["mappedFileSizeCommitLog"] = String(stock.log.fileSize);
  if (stock.queueFileSize > 0) sizes["mappedFileSizeConsumeQueue"] = String(stock.queueFileSize);
  const timerLog = firstSize(join(stock.root, "timerlog"));
  if (timerLog > 0) sizes["mappedFileSizeTimerLog"] = String(timerLog);
  if (stock.indexFiles.length === 0) return sizes;
  const index = indexSizes(stock.indexFiles);
  if (index !== undefined) return { ...sizes, ...index };
  note("the index is built anew in memory: its files do not say how large they are meant to be");
  files.removeTree(join(stock.root, "index"));
  return sizes;
}

/** Slots and entries of index files of one size, from the newest that tells. */
function indexSizes(paths: readonly string[]): Record<string, string> | undefined {
  const sizes = paths.map((path) => statSync(path).size).filter((size) => size > 0);
  const [size] = sizes;
  if (size === undefined || sizes.some((one) => one !== size)) return undefined;
  for (const path of [...paths].reverse()) {
    try {
      const { slots, indexCount } = readIndexHeader(path);
      const entries = (size - INDEX_HEADER - (slots ?? 0) * SLOT) / INDEX_ENTRY;
      // one without entries does not tell
      if (indexCount > 1 && slots !== undefined && Number.isInteger(entries) && entries > 0)
        return { maxHashSlotNum: String(slots), maxIndexNum: String(entries) };
    } catch {
      // a broken file: another one may tell
    }
  }
  return undefined;
}

/** Size of the first file of a folder of equal files; 0 when there is none. */
function firstSize(folder: string): number {
  try {
    const name = readdirSync(folder).find((one) => /^\d{20}$/.test(one));
    return name === undefined ? 0 : statSync(join(folder, name)).size;
  } catch {
    return 0;
  }
}

/** What a start has to say goes to the reader; later on there is nobody to tell. */
function startLogger(note: (line: string) => void): { logger: Logger; quiet: () => void } {
  let isStarting = true;
  const say = (message: string, fields?: Record<string, unknown>): void => {
    if (!isStarting) return;
    note(fields === undefined ? message : `${message} ${JSON.stringify(fields)}`);
  };
  return {
    logger: { ...silentLogger, warn: say, error: say },
    quiet: () => {
      isStarting = false;
    },
  };
}

/** A broker that opens the store while it is served would change what is read here. */
function taken(root: string, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((settle) => {
    const look = setInterval(() => {
      // under another spelling, as this process holds the store itself, in the overlay
      const holder = holderOfStore(realFiles, `${root}/.`);
      if (holder !== undefined) end(holder);
    }, LOOK_EVERY_MS);
    const end = (holder?: string): void => {
      clearInterval(look);
      signal.removeEventListener("abort", onAbort);
      settle(holder);
    };
    const onAbort = (): void => {
      end();
    };
    if (signal.aborted) end();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}
