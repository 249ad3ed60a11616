import { kill, pid } from "node:process";
import type { Files } from "./files.js";

/** Id of this process, for what has to tell processes of one machine apart. */
export const ownPid: number = pid;

/** Fields of /proc/<pid>/stat behind the name of the program. */
const STATE = 0;
const START_TIME = 19;

/** Is there a process of this id on this machine? One of another user counts. */
function isPresent(id: number): boolean {
  if (!Number.isInteger(id) || id <= 0) return false;
  try {
    kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function statOf(files: Files, id: number): string[] | undefined {
  try {
    const stat = files.readText(`/proc/${id}/stat`);
    return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

/** Start of a process in clock ticks since boot; undefined where the system does not tell. */
export function processStart(files: Files, id: number): string | undefined {
  return statOf(files, id)?.[START_TIME];
}

/**
 * Does the process that was noted by its id and its start still run? A later process that got the id does not count, nor
 * one that has ended and waits for its parent to notice.
 */
export function isProcessAlive(files: Files, id: number, started: string | undefined): boolean {
  if (!isPresent(id)) return false;
  const stat = statOf(files, id);
  if (stat === undefined) return true;
  if (stat[STATE] === "Z" || stat[STATE] === "X") return false;
  return started === undefined || started === "" || stat[START_TIME] === started;
}
