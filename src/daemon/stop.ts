import { isAlive, type Instance } from "./instances.js";

const POLL_MS = 20;

/** Asks a server to end (SIGTERM) and waits; false when it still runs after `timeoutMs`. */
export async function stopInstance(instance: Instance, timeoutMs: number): Promise<boolean> {
  signal(instance, "SIGTERM");
  return await waitForEnd(instance, timeoutMs);
}

/** Ends a server that does not listen (SIGKILL). */
export async function killInstance(instance: Instance): Promise<boolean> {
  signal(instance, "SIGKILL");
  return await waitForEnd(instance, 5000);
}

/** Sends the request to end, without waiting, as Apache's mqshutdown does. */
export function signal(instance: Instance, name: NodeJS.Signals): void {
  try {
    process.kill(instance.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function waitForEnd(instance: Instance, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(instance)) {
    if (Date.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}
