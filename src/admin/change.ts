import type { RequestDefinition } from "../../engine/protocol/define-request.js";
import type { CallOptions, CallResult } from "../../engine/remoting/api.js";
import { RocketmqError, messageOf } from "../../engine/base/errors.js";
import type { Admin } from "./admin.js";

/** What a server holds of one thing, as far as a change concerns it: `{ perm: 6 }`. Null: the thing is not there. */
export type State = Readonly<Record<string, unknown>> | null;

/** What one change is about, beside the request itself. */
export interface Effect<R, RB> {
  /** What is there: asked before a change that is only rehearsed, and after one that was made. */
  readonly read?: () => Promise<State>;
  /** What shall be there afterwards; fields that are not named do not matter. Without it nothing can be checked. */
  readonly wanted?: State;
  /** Stands for the answer where nothing is sent. */
  readonly assumed?: { readonly header?: R; readonly content?: RB };
}

/** One change that would be made. */
export interface PlannedChange {
  /** `broker 10.0.0.1:10911`, `name server 10.0.0.1:9876` */
  readonly target: string;
  readonly request: string;
  readonly code: number | null;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Undefined: could not be read. */
  readonly before: State | undefined;
  readonly after: State | undefined;
}

/** Collects what would be done instead of doing it: --dry-run, and the question asked on a terminal. */
export class Rehearsal {
  readonly changes: PlannedChange[] = [];

  /** Notes a change that no admin request makes, such as a message sent by a producer. */
  add(change: PlannedChange): void {
    const { fields, before, after } = change;
    this.changes.push({
      ...change,
      fields: withoutSecrets(fields) as PlannedChange["fields"],
      before: withoutSecrets(before) as State | undefined,
      after: withoutSecrets(after) as State | undefined,
    });
  }
}

const SECRET = /password|secret_?key/i;
/** A line of properties, also one whose value is JSON. */
const IN_TEXT = /^(.*?(?:password|secret_?key)["']?\s*\\?[=:]).*$/gim;

/** What is shown to whoever looks over a shoulder, and kept in logs of builds: passwords are not. */
function withoutSecrets(value: unknown): unknown {
  if (typeof value === "string") return value.replace(IN_TEXT, `$1${HIDDEN}`);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (
    typeof value !== "object" ||
    value === null ||
    Object.getPrototypeOf(value) !== Object.prototype
  )
    return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      isSecret(key, inner) ? HIDDEN : withoutSecrets(inner),
    ]),
  );
}

const HIDDEN = "******";
const GIVEN = "the given one";
const OTHER = "another one";

/** What a state tells of a secret in place of it: whether it is the given one. */
export function secretText(found: string | undefined, given: string | undefined): string {
  return found === given ? GIVEN : OTHER;
}

function isSecret(key: string, value: unknown): boolean {
  return SECRET.test(key) && typeof value === "string" && value !== GIVEN && value !== OTHER;
}

/** Sends one broker (or whoever listens there) a request that changes something, and reads the effect back. */
export async function change<Q, R, QB, RB>(
  admin: Admin,
  address: string,
  definition: RequestDefinition<Q, R, QB, RB>,
  what: { readonly header: Q; readonly options?: CallOptions<QB> } & Effect<R, RB>,
): Promise<CallResult<R, RB>> {
  const target = `${serverOf(definition)} ${address}`;
  if (admin.rehearsal !== undefined) {
    await rehearse(admin.rehearsal, target, { definition, ...what });
    return assumedAnswer(what.assumed);
  }
  const answer = isNamesrv(definition)
    ? await admin.oneNamesrv(address, definition, what.header, what.options)
    : await admin.broker(address, definition, what.header, what.options);
  await readBack(target, definition.name, what);
  return answer;
}

/** Sends every name server a request that changes something, and reads the effect back from each; the answers in order. */
export async function changeEveryNamesrv<Q, R, QB, RB>(
  admin: Admin,
  definition: RequestDefinition<Q, R, QB, RB>,
  what: { readonly header: Q; readonly options?: CallOptions<QB> } & Omit<Effect<R, RB>, "read"> & {
      readonly read?: (address: string) => Promise<State>;
    },
): Promise<CallResult<R, RB>[]> {
  const { read, ...rest } = what;
  return onEach(
    admin.options.namesrv(),
    (address) =>
      change(admin, address, definition, {
        ...rest,
        ...(read !== undefined && { read: () => read(address) }),
      }),
    {
      nameOf: (address) => `name server ${address}`,
      fail(thrown) {
        throw thrown;
      },
      // what is only taken down stays in the order of the servers
      ...(admin.rehearsal !== undefined && { width: 1 }),
    },
  );
}

/**
 * Does the same to several servers. All are tried, at most `width` at a time; the results of those that did it come
 * back in order. When some failed and others did not, the failure names both kinds and the exit code is 1; when all
 * failed, the first failure is thrown.
 */
export async function onEach<T, R>(
  items: readonly T[],
  run: (item: T) => Promise<R>,
  report: {
    readonly nameOf: (item: T) => string;
    readonly fail: (thrown: unknown) => void;
    readonly width?: number;
  },
): Promise<R[]> {
  const { inParallel } = await import("./parallel.js");
  const outcomes = await inParallel(
    items,
    (item) =>
      run(item).then(
        (result) => ({ item, result, thrown: undefined }),
        (thrown: unknown) => ({ item, result: undefined, thrown: { cause: thrown } }),
      ),
    report.width,
  );
  const failed = outcomes.filter((one) => one.thrown !== undefined);
  const done = outcomes.filter((one) => one.thrown === undefined);
  if (failed.length > 0) {
    if (done.length === 0) throw failed[0]?.thrown.cause;
    reportFailures(
      done.map(({ item }) => report.nameOf(item)),
      failed.map(({ item, thrown }) => ({ name: report.nameOf(item), thrown: thrown.cause })),
      report.fail,
    );
  }
  return done.map((one) => one.result);
}

/**
 * As `onEach` reports: when some servers did it and others did not, one failure names both kinds; when none did it,
 * their own failures.
 */
export function reportFailures(
  done: readonly string[],
  failed: readonly { readonly name: string; readonly thrown: unknown }[],
  fail: (thrown: unknown) => void,
): void {
  if (failed.length === 0) return;
  if (done.length === 0) for (const { thrown } of failed) fail(thrown);
  else {
    const reasons = failed.map(({ name, thrown }) => `${name}: ${messageOf(thrown)}`);
    fail(new PartlyDoneError(done, reasons));
  }
}

/** Some servers did what was asked, others did not. */
export class PartlyDoneError extends RocketmqError {
  override name = "PartlyDoneError";
  constructor(done: readonly string[], failed: readonly string[]) {
    super(`done by ${done.join(", ")}; not done by ${failed.join("; ")}`, { kind: "failed" });
  }
}

/** A server said that it did something, and what it holds afterwards says that it did not. */
export class NotAppliedError extends RocketmqError {
  override name = "NotAppliedError";
  constructor(target: string, request: string, differences: string) {
    super(`${target} answered ${request} with success, but ${differences}`, { kind: "failed" });
  }
}

async function rehearse<Q, R, QB, RB>(
  rehearsal: Rehearsal,
  target: string,
  what: {
    readonly definition: RequestDefinition<Q, R, QB, RB>;
    readonly header: Q;
    readonly options?: CallOptions<QB>;
  } & Effect<R, RB>,
): Promise<void> {
  const { definition, header, options, read, wanted } = what;
  rehearsal.add({
    target,
    request: definition.name,
    code: definition.code,
    fields: {
      ...header,
      ...options?.extFields,
      ...(options?.content !== undefined && { body: options.content }),
      ...(options?.body !== undefined && { body: options.body.toString("utf8") }),
    },
    before: await read?.().catch(() => undefined),
    after: wanted,
  });
}

/** A state that cannot be read is no failure: older servers know fewer questions. */
async function readBack<R, RB>(
  target: string,
  request: string,
  { read, wanted }: Effect<R, RB>,
): Promise<void> {
  if (read === undefined || wanted === undefined) return;
  const found = await read().catch(() => undefined);
  if (found === undefined) return;
  const differences = differencesOf(wanted, found);
  if (differences !== undefined) throw new NotAppliedError(target, request, differences);
}

function differencesOf(wanted: State, found: State): string | undefined {
  if (wanted === null) return found === null ? undefined : "it is still there";
  if (found === null) return "it is not there";
  const wrong = Object.keys(wanted).filter((key) => text(found[key]) !== text(wanted[key]));
  if (wrong.length === 0) return undefined;
  return wrong
    .map((key) => {
      const [is, was] = [found[key], wanted[key]].map((one) =>
        isSecret(key, one) ? HIDDEN : text(one),
      );
      return `${key} reads back as ${is} where ${was} was wanted`;
    })
    .join(", ");
}

/** Values as they compare and show: text as it is, everything else as JSON. */
export function text(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === undefined) return "nothing";
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "bigint"
      ? inner.toString()
      : inner instanceof Map
        ? Object.fromEntries(inner as Map<string, unknown>)
        : inner,
  );
}

function serverOf(definition: { servedBy: string | readonly string[] }): string {
  return isNamesrv(definition) ? "name server" : firstServer(definition);
}

function isNamesrv(definition: { servedBy: string | readonly string[] }): boolean {
  return firstServer(definition) === "namesrv";
}

function firstServer({ servedBy }: { servedBy: string | readonly string[] }): string {
  return typeof servedBy === "string" ? servedBy : (servedBy[0] ?? "broker");
}

function assumedAnswer<R, RB>(assumed: Effect<R, RB>["assumed"]): CallResult<R, RB> {
  return {
    code: 0,
    header: (assumed?.header ?? {}) as R,
    remark: undefined,
    extFields: {},
    body: undefined,
    version: 0,
    content: () => assumed?.content as RB,
  };
}
