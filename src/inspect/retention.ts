import { realFiles } from "../../engine/base/files.js";
import { loadBrokerConfiguration } from "../../engine/broker/config/broker-config.js";
import { UsageError } from "../cli/exit-codes.js";
import type { Retention } from "./space-report.js";

export interface RetentionRequest {
  /** broker.conf; upstream's defaults without one. */
  configFile: string | undefined;
  /** Wins over fileReservedTime of the file. */
  reservedHours: number | undefined;
  /** Wins over deleteWhen of the file. */
  deleteWhen: string | undefined;
  nowMs: number;
}

/** How long a broker keeps files, by its configuration and what the command line says. */
export function retentionOf(request: RetentionRequest): Retention {
  const { configFile, reservedHours, deleteWhen, nowMs } = request;
  if ((reservedHours ?? 0) < 0) throw new UsageError("--reserved-hours: hours are not negative");
  const { values } = loadBrokerConfiguration({
    ...(configFile !== undefined && { path: configFile }),
    files: realFiles,
  });
  return {
    reservedHours: reservedHours ?? values.fileReservedTime,
    deleteWhen: hoursOf(deleteWhen ?? values.deleteWhen),
    nowMs,
  };
}

function hoursOf(deleteWhen: string): number[] {
  return deleteWhen
    .split(";")
    .filter((hour) => hour.trim() !== "")
    .map((hour) => {
      const number = Number(hour);
      if (Number.isInteger(number) && number >= 0 && number < 24) return number;
      throw new UsageError(`--delete-when: ${hour} is no hour of the day`);
    });
}
