import { RocketmqError, messageOf } from "../../engine/base/errors.js";
import type { OutputStream } from "./streams.js";
import { version } from "./version.js";

/** One line that says what failed, one indented hint; what should not happen comes with its stack. */
export function reportFailure(thrown: unknown, to: { stderr: OutputStream; who: string }): void {
  to.stderr.write(failureText(thrown, to.who));
}

function failureText(thrown: unknown, who: string): string {
  if (thrown instanceof RocketmqError && thrown.kind !== "internal") {
    const hint = thrown.hint === undefined ? "" : `  ${thrown.hint}\n`;
    return `${who}: ${thrown.message}\n${hint}`;
  }
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : messageOf(thrown);
  return (
    `${who}: internal error: ${messageOf(thrown)}\n${stack}\n` +
    `  this is a defect of rocketmq-toolkit ${version} (node ${process.version}, ${process.platform}): ` +
    `please report it with the lines above\n`
  );
}
