import Conf from "conf";

/** A cluster that was given a name, so that its address need not be typed. */
export interface StoredContext {
  readonly namesrvAddr: string;
  readonly accessKey?: string;
  readonly secretKey?: string;
  readonly securityToken?: string;
  readonly tls?: boolean;
  /** PEM files, absolute. */
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

interface Stored {
  current?: string;
  contexts?: Record<string, StoredContext>;
}

/** The tools' own settings file, in the place that the system has for such files. */
export class CliConfig {
  private readonly file: Conf<Stored>;

  /** Another folder than the system's can be named, for tests. Nothing is written before something is set. */
  constructor(folder?: string) {
    this.file = new Conf<Stored>({
      projectName: "rocketmq-toolkit",
      projectSuffix: "",
      configName: "contexts",
      configFileMode: 0o600,
      ...(folder !== undefined && { cwd: folder }),
    });
  }

  get path(): string {
    return this.file.path;
  }

  currentName(): string | undefined {
    return this.file.get("current");
  }

  current(): StoredContext | undefined {
    const name = this.currentName();
    return name === undefined ? undefined : this.named(name);
  }

  named(name: string): StoredContext | undefined {
    const contexts = this.contexts();
    return Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  }

  contexts(): Readonly<Record<string, StoredContext>> {
    return this.file.get("contexts") ?? {};
  }

  set(name: string, context: StoredContext): void {
    this.file.set("contexts", { ...this.contexts(), [name]: context });
  }

  /** False when there is no context of that name. */
  use(name: string): boolean {
    if (!(name in this.contexts())) return false;
    this.file.set("current", name);
    return true;
  }

  /** False when there is no context of that name. */
  remove(name: string): boolean {
    const { [name]: removed, ...rest } = this.contexts();
    if (removed === undefined) return false;
    this.file.set("contexts", rest);
    if (this.currentName() === name) this.file.delete("current");
    return true;
  }
}

/** The settings of whoever runs the tools; ROCKETMQ_TOOLKIT_CONFIG names another folder for them. */
export function openCliConfig(env: Readonly<Record<string, string | undefined>>): CliConfig {
  return new CliConfig(env["ROCKETMQ_TOOLKIT_CONFIG"]);
}
