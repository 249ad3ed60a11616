import { join } from "node:path";
import { messageOf, RocketmqError } from "../../engine/base/errors.js";
import type { Context } from "../cli/context.js";
import { defaultLogDirectory, type Part } from "./instances.js";
import type { ServeOptions, Serving } from "./serve.js";

export interface ServerRequest {
  part: Part;
  configFile?: string | undefined;
  namesrvAddr?: string | undefined;
  settings: Readonly<Record<string, string>>;
  printConfig: boolean;
  foreground: boolean;
  logDir?: string | undefined;
  timeout: number;
}

/** A line that a server says about itself. */
export interface ServerLine {
  line: string;
}

/** Set for a server that was started in the background: the process that started it waits for its word. */
const LAUNCHED = "MQCTL_LAUNCHED";

/** Starts a server as `mqctl start`, `mqnamesrv` and `mqbroker` do, or prints its settings. */
export async function* runServer(
  context: Context,
  request: ServerRequest,
): AsyncGenerator<ServerLine> {
  const options: ServeOptions = {
    part: request.part,
    configFile: request.configFile,
    settings: {
      ...(request.namesrvAddr !== undefined && { namesrvAddr: request.namesrvAddr }),
      ...request.settings,
    },
    logDir: request.logDir,
    env: context.env,
  };
  if (request.printConfig) {
    const { settingsText } = await import("./serve.js");
    for (const line of (await settingsText(options)).trimEnd().split("\n")) yield { line };
  } else if (request.foreground) {
    if (request.configFile !== undefined && context.env[LAUNCHED] === undefined) {
      yield { line: `load config properties file OK, ${request.configFile}` };
    }
    yield* inForeground(context, options);
  } else {
    yield { line: await inBackground(context, request) };
  }
}

async function* inForeground(context: Context, options: ServeOptions): AsyncGenerator<ServerLine> {
  const report =
    context.env[LAUNCHED] === undefined
      ? undefined
      : (await import("./readiness.js")).reportReadiness;
  let serving: Serving;
  try {
    const { serve } = await import("./serve.js");
    const outcome = await serve(options);
    if ("already" in outcome) {
      const line = `${options.part} ${outcome.already.address} runs already (pid ${String(outcome.already.pid)})`;
      report?.({ ready: true, line });
      yield { line };
      return;
    }
    serving = outcome;
  } catch (error) {
    const known = error instanceof RocketmqError ? error : undefined;
    report?.({
      ready: false,
      message: messageOf(error),
      kind: known?.kind ?? "internal",
      hint: known?.hint,
    });
    throw error;
  }
  try {
    report?.({ ready: true, line: serving.bootLine });
    yield { line: serving.bootLine };
    await ended(context.signal);
    context.exitWith(0);
  } finally {
    await serving.stop();
  }
}

async function inBackground(context: Context, request: ServerRequest): Promise<string> {
  const { launch } = await import("./launch.js");
  const argv = [
    ...process.execArgv,
    process.argv[1] ?? "mqctl",
    "start",
    request.part,
    "--foreground",
    ...(request.configFile === undefined ? [] : ["-c", request.configFile]),
    ...(request.namesrvAddr === undefined ? [] : ["-n", request.namesrvAddr]),
    ...(request.logDir === undefined ? [] : ["--log-dir", request.logDir]),
    ...Object.entries(request.settings).map(([key, value]) => `${key}=${value}`),
  ];
  return await launch({
    argv,
    env: { ...context.env, [LAUNCHED]: "1" },
    outFile: join(request.logDir ?? defaultLogDirectory(), `${request.part}.out`),
    timeoutMs: request.timeout,
  });
}

/** Resolves when the signal says so. The timer keeps the process alive: the engine's own do not. */
export function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const alive = setInterval(() => undefined, 60_000);
    signal.addEventListener(
      "abort",
      () => {
        clearInterval(alive);
        resolve();
      },
      { once: true },
    );
  });
}
