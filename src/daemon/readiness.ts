import type { ErrorKind } from "../../engine/base/errors.js";

/** What a server in the background tells the process that started it, once. */
export type Readiness =
  | { ready: true; line: string }
  | {
      ready: false;
      message: string;
      kind: ErrorKind;
      hint?: string | undefined;
    };

/** In the server: tells the process that started it, if one waits. */
export function reportReadiness(readiness: Readiness): void {
  if (process.send === undefined) return;
  process.send(readiness, () => {
    if (process.connected) process.disconnect();
  });
}
