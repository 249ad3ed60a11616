/**
 * Where a commit log is that is not, or not only, in the `commitlog` folder of its store. Upstream:
 * MessageStoreConfig.storePathCommitLog and readOnlyCommitLogStorePaths, each a list. [S-FILE-1]
 */
import { join, relative, resolve } from "node:path";
import { RocketmqError } from "../../engine/base/errors.js";
import { realFiles } from "../../engine/base/files.js";
import { parseProperties } from "../../engine/base/properties.js";
import { UsageError } from "../cli/exit-codes.js";
import { text } from "../cli/options.js";
import { isFolder } from "./store-files.js";
import type { Verification } from "./verify/verify-store.js";

export const commitlogOption = text(
  "--commitlog <folders>",
  "folders of the commit log, with a comma between, where they are not the store's own",
);

/** The options of a command that can read a log from elsewhere. */
export const logFolderOptions = {
  configFile: text(
    "-c, --configFile <file>",
    "broker.conf to take storePathCommitLog and readOnlyCommitLogStorePaths from",
  ).completes("file"),
  commitlog: commitlogOption,
};

export interface LogPlace {
  configFile?: string | undefined;
  /** Wins over the file. */
  commitlog?: string | undefined;
}

const SEPARATOR = ",";

/** Said where files of the log are missing and nobody said that they may be elsewhere. */
export const ELSEWHERE =
  "files of the log are missing: when it is kept in several folders, or outside of the store, name them with --commitlog or -c";

export function mayBeElsewhere({
  stock,
  findings,
}: Pick<Verification, "stock" | "findings">): boolean {
  if (stock.log.files.length === 0) return stock.queues.some(({ files }) => files.length > 0);
  return findings.list.some(({ code, part }) => code === "missing-file" && part === "commitlog");
}

/** Folders that hold the log of the store at `path`; undefined when nothing says that it is elsewhere. */
export function logFolders(path: string, place: LogPlace): readonly string[] | undefined {
  const { configFile, commitlog } = place;
  const given = commitlog !== undefined ? listed(commitlog) : configured(path, configFile);
  if (given === undefined) return undefined;
  if (given.length === 0) throw new UsageError("--commitlog names no folder");
  if (!isFolder(path)) {
    throw new UsageError(`${path} is not the folder of a store: its log is not to be named apart`);
  }
  const folders = [...new Set(given.map((folder) => resolve(folder)))].sort();
  for (const folder of folders) {
    if (!isFolder(folder)) {
      throw new RocketmqError(`${folder}, a folder of the commit log, does not exist`, {
        kind: "not-found",
      });
    }
  }
  return isOwn(path, folders) ? undefined : folders;
}

function isOwn(path: string, folders: readonly string[]): boolean {
  return folders.length === 1 && folders[0] === resolve(path, "commitlog");
}

function listed(value: string): string[] {
  return value
    .split(SEPARATOR)
    .map((folder) => folder.trim())
    .filter((folder) => folder !== "");
}

function configured(path: string, configFile: string | undefined): string[] | undefined {
  if (configFile === undefined) return undefined;
  const text = realFiles.readText(configFile);
  if (text === undefined) {
    throw new UsageError(`the configuration file ${configFile} does not exist`);
  }
  const values = new Map(parseProperties(text));
  const log = listed(values.get("storePathCommitLog") ?? "");
  const readOnly = listed(values.get("readOnlyCommitLogStorePaths") ?? "");
  if (log.length === 0 && readOnly.length === 0) return undefined;
  const root = values.get("storePathRootDir")?.trim();
  const base = root === undefined || root === "" ? undefined : root;
  const all = [...(log.length > 0 ? log : [join(base ?? path, "commitlog")]), ...readOnly];
  return all.map((folder) => moved(folder, base, path));
}

/** A store may have been brought elsewhere: what was below its root still is. */
function moved(folder: string, root: string | undefined, path: string): string {
  if (root === undefined) return folder;
  const below = relative(resolve(root), resolve(folder));
  return below.startsWith("..") ? folder : join(path, below);
}
