import { ExitCode } from "./exit-codes.js";

/** How long a command may take to end in order after a signal. */
const GRACE_MS = 1500;

/** Ctrl-C and SIGTERM while a command runs. */
export interface Signals {
  readonly signal: AbortSignal;
  /** 130 or 143 when one came. */
  exitCode(): ExitCode | undefined;
  /** Waits for the work, after a signal not much longer; rejects with StoppedError when it gives up. */
  unlessStopped<T>(work: () => T | Promise<T>): Promise<T>;
  close(): void;
}

class StoppedError extends Error {
  override name = "StoppedError";
}

/** The first signal asks the command to end, the second ends the process. A resident command is waited for. */
export function watchSignals(isResident: boolean): Signals {
  const controller = new AbortController();
  let code: ExitCode | undefined;
  let grace: NodeJS.Timeout | undefined;
  let giveUp: (error: Error) => void = () => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    giveUp = reject;
  });
  stopped.catch(() => undefined);
  const on = (received: ExitCode) => (): void => {
    if (code !== undefined) process.exit(code);
    code = received;
    controller.abort();
    if (!isResident) grace = setTimeout(() => giveUp(new StoppedError("told to stop")), GRACE_MS);
  };
  const [onInterrupt, onTerminate] = [on(ExitCode.interrupted), on(ExitCode.terminated)];
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  return {
    signal: controller.signal,
    exitCode: () => code,
    unlessStopped: (work) => Promise.race([Promise.resolve(work()), stopped]),
    close() {
      clearTimeout(grace);
      process.off("SIGINT", onInterrupt);
      process.off("SIGTERM", onTerminate);
    },
  };
}

/** Where no signals come from. */
export function withoutSignals(): Signals {
  return {
    signal: new AbortController().signal,
    exitCode: () => undefined,
    unlessStopped: async (work) => work(),
    close: () => undefined,
  };
}
