import test from "ava";
import fc from "fast-check";
import { CorruptError } from "../../../engine/base/errors.js";
import { decodeFrame, encodeFrame } from "../../../engine/protocol/frame.js";
import { pullMessage } from "../../../engine/protocol/requests/pull-message.js";
import type { RemotingCommand } from "../../../engine/protocol/remoting-command.js";

function command(change: Partial<RemotingCommand> = {}): RemotingCommand {
  return {
    code: 105,
    language: "JAVA",
    version: 479,
    opaque: 7,
    flag: 0,
    remark: undefined,
    extFields: { topic: "TopicTest" },
    body: undefined,
    serializeType: 0,
    ...change,
  };
}

function bytesOf(frame: readonly Buffer[]): Buffer {
  return Buffer.concat(frame);
}

/** What a receiver sees: the frame without its length word. */
function received(sent: RemotingCommand): RemotingCommand {
  return decodeFrame(bytesOf(encodeFrame(sent)).subarray(4));
}

function jsonFrame(header: string, body = ""): Buffer {
  const word = Buffer.alloc(4);
  word.writeUInt32BE(Buffer.byteLength(header));
  return Buffer.concat([word, Buffer.from(header + body)]);
}

test("a JSON frame has upstream's bytes [R-FRAME-1] [R-HEAD-1]", (t) => {
  const header =
    '{"code":105,"extFields":{"topic":"TopicTest"},"flag":0,"language":"JAVA","opaque":7,"serializeTypeCurrentRPC":"JSON","version":479}';
  const bytes = bytesOf(encodeFrame(command({ body: Buffer.from("xyz") })));
  t.is(bytes.readInt32BE(0), 4 + header.length + 3);
  t.is(bytes.readUInt32BE(4), header.length);
  t.is(bytes.toString("utf8", 8), `${header}xyz`);
});

test("a binary frame has upstream's bytes [R-BIN-1]", (t) => {
  const sent = command({
    code: 11,
    remark: "r",
    extFields: { a: "bc" },
    serializeType: 1,
    flag: 1,
  });
  t.is(
    bytesOf(encodeFrame(sent)).toString("hex"),
    // length, type + header length, code, language, version, opaque, flag, remark, map, key, value
    "00000023" +
      "0100001f" +
      "000b" +
      "00" +
      "01df" +
      "00000007" +
      "00000001" +
      "00000001" +
      "72" +
      "00000009" +
      "0001" +
      "61" +
      "00000002" +
      "6263",
  );
});

test("a remark that is absent is left out, one that needs escapes is escaped", (t) => {
  const text = bytesOf(encodeFrame(command({ remark: 'a "b"\n\u0001ü' }))).toString("utf8", 8);
  t.true(text.includes('"remark":"a \\"b\\"\\n\\u0001ü"'));
  t.false(bytesOf(encodeFrame(command())).toString().includes("remark"));
});

test("bodies are sent as they are, not copied", (t) => {
  const parts = [Buffer.from("ab"), Buffer.alloc(0), Buffer.from("cd")];
  const frame = encodeFrame(command({ body: parts }));
  t.is(frame.length, 3);
  t.is(frame[1], parts[0]);
  t.is(frame[2], parts[2]);
  t.is(decodeFrame(bytesOf(frame).subarray(4)).body?.toString(), "abcd");
});

test("a received body is a view of the frame; an empty one is absent [R-FRAME-4]", (t) => {
  const bytes = bytesOf(encodeFrame(command({ body: Buffer.from("xyz") }))).subarray(4);
  const body = decodeFrame(bytes).body as Buffer;
  t.is(body.buffer, bytes.buffer);
  t.is(received(command({ body: Buffer.alloc(0) })).body, undefined);
});

test("a code beyond 16 bits falls back to the JSON header [R-BIN-2]", (t) => {
  const frame = bytesOf(encodeFrame(command({ code: 200_050, serializeType: 1 })));
  t.is(frame[4], 0);
  t.is(decodeFrame(frame.subarray(4)).code, 200_050);
});

test("header values that are numbers, booleans or null are coerced [R-HEAD-3]", (t) => {
  const header =
    '{"code":11,"extFields":{"a":-1,"b":true,"c":null,"d":{"x":1},"e":"s"},"language":"NODE_JS","opaque":3,"version":121}';
  t.deepEqual(decodeFrame(jsonFrame(header)).extFields, {
    a: "-1",
    b: "true",
    d: '{"x":1}',
    e: "s",
  });
});

test("absent keys have Java's defaults, unknown ones are ignored [R-HEAD-2]", (t) => {
  const got = decodeFrame(
    jsonFrame('{"code":34,"remark":null,"extFields":null,"more":[1]}', "body"),
  );
  t.deepEqual(
    { ...got, body: String(got.body) },
    {
      ...command({ code: 34, language: "", version: 0, opaque: 0, extFields: {} }),
      body: "body",
    },
  );
});

test("a language is a name, an unknown name or an ordinal [R-HEAD-4]", (t) => {
  const language = (text: string) =>
    decodeFrame(jsonFrame(`{"code":1,"language":${text}}`)).language;
  t.is(language('"GO"'), "GO");
  t.is(language('"KOTLIN"'), "KOTLIN");
  t.is(language("9"), "GO");
  t.is(language("null"), "");
});

test("the last of two equal keys counts in a binary header [R-BIN-3]", (t) => {
  const ext = Buffer.from(
    "0001" + "61" + "00000001" + "31" + "0001" + "61" + "00000001" + "32",
    "hex",
  );
  const header = Buffer.alloc(21 + ext.length);
  header.writeInt32BE(ext.length, 17);
  ext.copy(header, 21);
  const word = Buffer.from([1, 0, 0, header.length]);
  t.deepEqual(decodeFrame(Buffer.concat([word, header])).extFields, { a: "2" });
});

/** A pull as Apache's 5.3.3 classes write it with the ROCKETMQ header; the body is "hi". */
const JAVA_PULL =
  "0100010100" +
  "0b00000000000003000000000000000372c3bc000000e90007717565756549640000000131000c636f6d6d69744f66667365740000" +
  "000133000c737562736372697074696f6e000000012a001473757370656e6454696d656f75744d696c6c697300000005313530303000" +
  "05626e616d650000000862726f6b65722d6100017800000001790007737973466c61670000000137000e65787072657373696f6e5479" +
  "7065000000035441470005746f7069630000000174000d636f6e73756d657247726f75700000000167000a6d61784d73674e756d7300" +
  "0000023332000b71756575654f66667365740000000135000a73756256657273696f6e0000000239396869";

test("a pull of Apache's own classes with a binary header is read [R-BIN-1]", (t) => {
  const got = decodeFrame(Buffer.from(JAVA_PULL, "hex"));
  t.like(got, { code: 11, language: "JAVA", opaque: 3, remark: "rü", serializeType: 1 });
  t.is(String(got.body), "hi");
  t.deepEqual(pullMessage.request.decode(got.extFields), {
    consumerGroup: "g",
    topic: "t",
    queueId: 1,
    queueOffset: 5,
    maxMsgNums: 32,
    sysFlag: 7,
    commitOffset: 3,
    suspendTimeoutMillis: 15000,
    subscription: "*",
    subVersion: 99,
    expressionType: "TAG",
    brokerName: "broker-a",
  });
});

const HOSTILE: readonly (readonly [string, Buffer])[] = [
  ["nothing", Buffer.alloc(0)],
  ["a header word only", Buffer.from([0, 0, 0])],
  ["a header longer than the frame", Buffer.from([0, 0, 0, 9, 123, 125])],
  ["an unknown serialize type", Buffer.from([2, 0, 0, 2, 123, 125])],
  ["no JSON", jsonFrame("{code:1")],
  ["an array", jsonFrame("[]")],
  ["a code that is no number", jsonFrame('{"code":"x"}')],
  ["a code beyond 32 bits", jsonFrame('{"code":4294967296}')],
  ["extFields that are an array", jsonFrame('{"code":1,"extFields":[1]}')],
  ["a binary header cut short", Buffer.from([1, 0, 0, 2, 0, 0])],
];

for (const [what, bytes] of HOSTILE) {
  test(`a frame that is ${what} is refused as corrupt [R-FRAME-3]`, (t) => {
    t.throws(() => decodeFrame(bytes), { instanceOf: CorruptError });
  });
}

const int32s = fc.integer({ min: -2_147_483_648, max: 2_147_483_647 });
const commands = fc.record({
  code: fc.integer({ min: -32_768, max: 32_767 }),
  language: fc.constantFrom("JAVA", "GO", "NODE_JS"),
  version: fc.integer({ min: 0, max: 32_767 }),
  opaque: int32s,
  flag: int32s,
  remark: fc.option(fc.string({ unit: "grapheme", minLength: 1 }), { nil: undefined }),
  extFields: fc.dictionary(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" })),
  body: fc.option(
    fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes)),
    { nil: undefined },
  ),
  serializeType: fc.constantFrom(0 as const, 1 as const),
});

test("every command comes back as it was sent, in both forms", (t) => {
  fc.assert(
    fc.property(commands, (sent) => {
      const got = received(sent);
      t.deepEqual(
        { ...got, extFields: Object.entries(got.extFields).sort() },
        { ...sent, extFields: Object.entries(sent.extFields).sort() },
      );
    }),
  );
});

test("bytes that are anything end in a command or in CorruptError", (t) => {
  const frames = fc
    .tuple(fc.constantFrom(0, 1), fc.uint8Array({ maxLength: 80 }))
    .map(([type, rest]) =>
      Buffer.concat([Buffer.from([type, 0, 0, Math.min(rest.length, 40)]), rest]),
    );
  fc.assert(
    fc.property(frames, (bytes) => {
      try {
        decodeFrame(bytes);
      } catch (error) {
        t.true(error instanceof CorruptError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
  t.pass();
});
