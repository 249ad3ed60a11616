import { mkdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { pino } from "pino";
import { createStream } from "rotating-file-stream";
import type { Logger } from "../../engine/base/log.js";
import { RocketmqError, messageOf } from "../../engine/base/errors.js";

/** A log file as Apache's: at most ten files of 100 MB, one JSON object per line. */
export interface LogFile {
  logger: Logger;
  close(): Promise<void>;
}

export function openLogFile(path: string, level = "info"): LogFile {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw new RocketmqError(`the log folder ${dirname(path)} cannot be made: ${messageOf(error)}`, {
      kind: "failed",
      hint: "name another with --log-dir",
    });
  }
  const stream = createStream(basename(path), { path: dirname(path), size: "100M", maxFiles: 10 });
  // A log that cannot be written must not stop a broker.
  stream.on("error", () => undefined);
  const out = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
  const logger: Logger = {
    debug: (message, fields) => {
      out.debug(fields ?? {}, message);
    },
    info: (message, fields) => {
      out.info(fields ?? {}, message);
    },
    warn: (message, fields) => {
      out.warn(fields ?? {}, message);
    },
    error: (message, fields) => {
      out.error(fields ?? {}, message);
    },
  };
  return {
    logger,
    close: () =>
      new Promise((resolve) =>
        stream.end(() => {
          resolve();
        }),
      ),
  };
}
