/** What the fuzzer throws at a server: derived from the request definitions, seeded. */
import type { RequestDefinition } from "../../engine/protocol/define-request.js";
import { encodeFrame } from "../../engine/protocol/frame.js";
import type { ExtFields } from "../../engine/protocol/remoting-command.js";
import { requestDefinitions } from "../../engine/protocol/requests/index.js";
import type { Random } from "./random.js";

/** One input: bytes for a socket. After a framed one the connection can be used on. */
export interface FuzzInput {
  bytes: Buffer;
  isFramed: boolean;
  server: "broker" | "namesrv";
  /** For the report: what it was made of. */
  about: string;
}

type Definition = RequestDefinition<unknown, unknown>;
const definitions = (requestDefinitions as unknown as readonly Definition[]).filter(
  ({ servedBy }) => [servedBy].flat().some((server) => server === "broker" || server === "namesrv"),
);

/** Names below which a server must not make a file. */
export const ESCAPES = [
  "../../../../escaped",
  "..",
  "/tmp/rocketmq-fuzz-escaped",
  "a/b",
  "..\\..\\e",
];

const NAMES = [
  "fuzz-a",
  "fuzz-b",
  "%RETRY%fuzz-group",
  "%DLQ%fuzz-group",
  "fuzz-group",
  "TBW102",
  "SCHEDULE_TOPIC_XXXX",
  "RMQ_SYS_TRANS_HALF_TOPIC",
  "RMQ_SYS_TRACE_TOPIC",
  "broker-a",
  "DefaultCluster",
  "*",
  ...ESCAPES,
];
const NASTY = [
  "",
  " ",
  "-1",
  "0",
  "1",
  "2147483647",
  "-2147483648",
  "2147483648",
  "9007199254740993",
  "9223372036854775807",
  "-9223372036854775808",
  "99999999999999999999999999",
  "1e9",
  "0x10",
  "NaN",
  "true",
  "null",
  "abc",
  "\u0000",
  "\u0001\u0002\u0001",
  "__proto__",
  "constructor",
  "ä€\u{1f600}",
  "[[]]",
  '{"a":1}',
  "x".repeat(300),
  "y".repeat(70_000),
  ...ESCAPES,
];

/** How other protocols begin that the port knows or must turn away. */
const BEGINNINGS = [
  Buffer.from("160301020001", "hex"),
  Buffer.from("PROXY TCP4 127.0.0.1 "),
  Buffer.from("PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n"),
  Buffer.from("0d0a0d0a000d0a515549540a2111000c", "hex"),
  Buffer.from("GET / HTTP/1.1\r\n\r\n"),
  Buffer.from("00ffffff00", "hex"),
  Buffer.from("7fffffff00000000", "hex"),
];

/** Every field of every request once with every bad value, and once missing; then mixtures without end. */
export function* fuzzInputs(random: Random): Generator<FuzzInput> {
  const single = shuffled(singleFaults(), random);
  const opaque = { next: 1 };
  for (;;) {
    const kind = random.next();
    const one = kind < 0.5 ? single.pop() : undefined;
    if (one !== undefined) yield framed(one, random, opaque.next++);
    else if (kind < 0.75) yield framed(mixture(random), random, opaque.next++);
    else if (kind < 0.95) yield mutated(random, opaque.next++);
    else yield noise(random);
  }
}

interface Request {
  definition: Definition;
  ext: ExtFields;
  body: Buffer | undefined;
  about: string;
}

/** Ways to make one request, still without random parts: they are many. */
interface Fault {
  definition: Definition;
  wire: string;
  /** Undefined: left out. */
  value: string | undefined;
}

function singleFaults(): Fault[] {
  return definitions.flatMap((definition) =>
    wiresOf(definition).flatMap(({ wire }) =>
      [undefined, ...NASTY].map((value): Fault => ({ definition, wire, value })),
    ),
  );
}

function wiresOf(definition: Definition): { wire: string; kind: string; required: boolean }[] {
  return Object.entries(definition.request.fields).map(([key, field]) => ({
    wire: field.wire ?? key,
    kind: field.kind,
    required: field.required,
  }));
}

function framed(of: Fault | Request, random: Random, opaque: number): FuzzInput {
  const request = "ext" in of ? of : withFault(of, random);
  const { definition, ext, body, about } = request;
  const bytes = frame(definition.code, { ext, body, opaque, random });
  return { bytes, isFramed: true, about, server: serverOf(definition, random) };
}

/** Who serves it, and now and then the other one. */
function serverOf({ servedBy }: Definition, random: Random): FuzzInput["server"] {
  const isNamesrv = [servedBy].flat().includes("namesrv") && servedBy !== "broker";
  return isNamesrv !== random.chance(0.03) ? "namesrv" : "broker";
}

function withFault({ definition, wire, value }: Fault, random: Random): Request {
  const { [wire]: _, ...others } = plausible(definition, random);
  const ext: ExtFields = value === undefined ? others : { ...others, [wire]: value };
  const about = `${definition.name} ${wire}=${(value ?? "(missing)").slice(0, 40)}`;
  return { definition, ext, body: bodyFor(definition, random), about };
}

function mixture(random: Random): Request {
  const definition = random.pick(definitions);
  const ext = plausible(definition, random);
  for (const { wire } of wiresOf(definition)) {
    if (random.chance(0.1)) ext[wire] = random.pick(NASTY);
    if (random.chance(0.05)) ext[wire] = random.bytes(random.below(64)).toString("latin1");
  }
  const body = bodyFor(definition, random);
  return {
    definition,
    ext,
    body,
    about: `${definition.name} ${JSON.stringify(ext).slice(0, 200)}`,
  };
}

/** A header that a server may well accept. */
function plausible(definition: Definition, random: Random): ExtFields {
  const ext: ExtFields = {};
  for (const { wire, kind, required } of wiresOf(definition)) {
    if (!required && random.chance(0.3)) continue;
    ext[wire] = plausibleValue(kind, random);
  }
  return ext;
}

function plausibleValue(kind: string, random: Random): string {
  if (kind === "boolean") return random.pick(["true", "false"]);
  if (kind === "string") return random.pick(NAMES);
  return String(random.pick([0, 1, 2, 4, 6, 8, 100, 4000]));
}

function bodyFor(definition: Definition, random: Random): Buffer | undefined {
  const { requestBody } = definition;
  if (random.chance(0.05)) return random.bytes(random.below(300));
  if (requestBody === undefined) {
    return random.chance(0.2)
      ? Buffer.from(random.pick(["hello", "a=b\nc=d", "{}", ""]))
      : undefined;
  }
  const text = random.chance(0.8) ? defaultBody(requestBody) : "{}";
  return Buffer.from(random.chance(0.3) ? text : spoiled(text, random));
}

/** The body with all members at their defaults, and lists of one such element, where the codec knows its shape. */
function defaultBody(codec: NonNullable<Definition["requestBody"]>): string {
  let text = "{}";
  for (let depth = 0; depth < 3; depth++) {
    try {
      const filled = text.replaceAll("[]", "[{}]");
      text = codec.encode(codec.decode(Buffer.from(filled))).toString();
    } catch {
      return text;
    }
  }
  return text;
}

/** JSON with values exchanged for others. */
function spoiled(text: string, random: Random): string {
  const odd = (): string =>
    random.pick([
      "null",
      "-1",
      "[]",
      "{}",
      '{"fuzz-a":{}}',
      '{"0":1}',
      "[[[[[]]]]]",
      "1e400",
      "99999999999999999999",
      "true",
      JSON.stringify(random.pick(NASTY)),
      JSON.stringify(random.pick(NAMES)),
    ]);
  return text.replace(/(?<=[:[,])(?:"[^"]*"|-?\d+|true|false|null|\[\]|\{\})/g, (value) =>
    random.chance(0.4) ? odd() : value,
  );
}

function frame(
  code: number,
  options: { ext: ExtFields; body?: Buffer | undefined; opaque: number; random: Random },
): Buffer {
  const { ext, body, opaque, random } = options;
  return Buffer.concat(
    encodeFrame({
      code,
      language: random.pick(["JAVA", "GO", "CPP", "", "?"]),
      version: random.pick([0, 401, 479, 500]),
      opaque,
      flag: random.chance(0.05) ? random.below(4) : 0,
      remark: undefined,
      extFields: ext,
      body,
      serializeType: random.chance(0.2) ? 1 : 0,
    }),
  );
}

/** A good frame with bytes changed, cut out or put in. */
function mutated(random: Random, opaque: number): FuzzInput {
  const { definition, ext, body } = mixture(random);
  const bytes = frame(definition.code, { ext, body, opaque, random });
  const prefix = random.chance(0.3) ? 0 : 4; // mostly behind the length
  for (let i = 1 + random.below(8); i > 0 && bytes.length > prefix; i--) {
    bytes[prefix + random.below(bytes.length - prefix)] = random.below(256);
  }
  const cut = random.chance(0.1) ? bytes.subarray(0, random.below(bytes.length)) : bytes;
  return {
    bytes: cut,
    isFramed: false,
    server: serverOf(definition, random),
    about: `${definition.name} mutated ${cut.subarray(0, 60).toString("hex")}`,
  };
}

function noise(random: Random): FuzzInput {
  const some = random.bytes(random.below(random.chance(0.05) ? 100_000 : 200));
  const bytes = random.chance(0.4) ? Buffer.concat([random.pick(BEGINNINGS), some]) : some;
  const server = random.pick(["broker", "namesrv"] as const);
  return {
    bytes,
    isFramed: false,
    server,
    about: `noise ${bytes.subarray(0, 60).toString("hex")}`,
  };
}

function shuffled<T>(list: T[], random: Random): T[] {
  for (let i = list.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [list[i], list[j]] = [list[j] as T, list[i] as T];
  }
  return list;
}
