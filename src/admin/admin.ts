/** Who signs the requests. */
export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly securityToken?: string;
}

export interface AdminOptions {
  /** `host:port` each; throws a usage error when no name server is known. */
  readonly namesrv: () => readonly string[];
  readonly timeoutMs: number;
  readonly credentials: () => Credentials | undefined;
  readonly signal: AbortSignal;
}

/** A connection to the cluster behind some name servers; nothing is opened before the first request. */
export interface Admin {
  readonly options: AdminOptions;
  close(): Promise<void>;
}

export function createAdmin(options: AdminOptions): Admin {
  return { options, close: () => Promise.resolve() };
}
