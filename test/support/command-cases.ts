/** Why there is no such case for a command. */
export interface Never {
  readonly never: string;
}

/**
 * What is run of one command against a live broker; words in braces stand for what the cluster has: {namesrv} {broker}
 * {cluster} {brokerName} {topic} {group} {msgId} {uniqueKey} {folder}. The sweep adds what follows for every command:
 * each format, an unreachable name server, an unknown flag, --dry-run.
 */
export interface CommandCase {
  /** Command lines that set the stage, run once. */
  readonly before?: readonly string[];
  /** Command lines that set the stage anew before each success; how they end does not matter. */
  readonly each?: readonly string[];
  /** Exit 0, however often it is run; its JSON fits the command's shape. */
  readonly success: string | Never;
  /** Exit 3: a name that does not exist. */
  readonly notFound: string | Never;
  /** Exit 1 unless another code is given: a server says no. */
  readonly refused: string | { readonly line: string; readonly code: number } | Never;
  /** Exit 2: a value that cannot be. */
  readonly badValue: string | Never;
  /** Runs until it is told to stop: it is, after so long. */
  readonly stopAfterMs?: number;
}

export type CommandCases = Readonly<Record<string, CommandCase>>;
