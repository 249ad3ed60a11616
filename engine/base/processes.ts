import { kill, pid } from "node:process";

/** Id of this process, for what has to tell processes of one machine apart. */
export const ownPid: number = pid;

/** Is there a process of this id on this machine? One of another user counts. */
export function isProcessAlive(id: number): boolean {
  if (!Number.isInteger(id) || id <= 0) return false;
  try {
    kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
