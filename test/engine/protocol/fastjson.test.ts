import test from "ava";
import fc from "fast-check";
import { CorruptError } from "../../../engine/base/errors.js";
import {
  double,
  parseFastjson,
  prettyFastjson,
  prettyFastjson2,
  strictFastjson,
  stringifyFastjson,
} from "../../../engine/protocol/fastjson.js";

const KEYS_OF_DIGITS = { "9007199254740993": 1, "0.12345678901234567": 2 };

const READS: readonly (readonly [what: string, text: string, value: unknown])[] = [
  ["strict JSON", '{"a":[1,2.5,"x",true,null]}', { a: [1, 2.5, "x", true, null] }],
  ["bare numeric keys", '{0:"a",12:"b"}', { 0: "a", 12: "b" }],
  ["bare identifiers as keys", "{name:'x', $a_b1: 1}", { name: "x", $a_b1: 1 }],
  ["boolean and null keys", "{true:1,null:2}", { true: 1, null: 2 }],
  [
    "raw object keys",
    '{{"queueId":1}:5,{"queueId":2}:6}',
    { '{"queueId":1}': 5, '{"queueId":2}': 6 },
  ],
  ["single quotes", "{'a':'it\\'s'}", { a: "it's" }],
  ["trailing and doubled commas", "{a:1,,b:[1,2,],}", { a: 1, b: [1, 2] }],
  ["int64 beyond 2^53", '{"a":9223372036854775807}', { a: 9223372036854775807n }],
  ["negative int64 beyond 2^53", "[-9223372036854775808]", [-9223372036854775808n]],
  ["long digits in text", '{"a":"12345678901234567890"}', { a: "12345678901234567890" }],
  ["long digits that are safe", '{"a":1234567890123456}', { a: 1234567890123456 }],
  ["negative digits that are not", '{"a":-9007199254740993}', { a: -9007199254740993n }],
  ["long digits after space", '{"a": \t12345678901234567890}', { a: 12345678901234567890n }],
  ["long digits in a list", "[1.5,9007199254740993]", [1.5, 9007199254740993n]],
  ["long digits with an exponent", '{"a":9007199254740993e2}', { a: 900719925474099300 }],
  ["long digits before a fraction", '{"a":9007199254740993.25}', { a: 9007199254740994 }],
  [
    "long digits behind a long fraction",
    '{"a":0.12345678901234567,"b":-3.00000000000000012E-4,"c":9007199254740993}',
    {
      a: Number("0.12345678901234567"),
      b: Number("-3.00000000000000012e-4"),
      c: 9007199254740993n,
    },
  ],
  ["long digits as a key", '{9007199254740993:1,"0.12345678901234567":2}', KEYS_OF_DIGITS],
  ["Java doubles", "{a:1.0E10,b:-2.5e-3,c:0.0}", { a: 1e10, b: -0.0025, c: 0 }],
  ["suffixed numbers", "{a:1L,b:2.5D}", { a: 1, b: 2.5 }],
  ["NaN", "{a:NaN}", { a: null }],
  ["escapes", "{a:'\\u00e9\\x41\\/\\v\\n'}", { a: "éA/\v\n" }],
  [
    "a reference to the root's member",
    '{"a":[{"x":1}],"b":{"$ref":"$.a[0]"}}',
    { a: [{ x: 1 }], b: { x: 1 } },
  ],
  ["a reference inside an array", '[{"x":1},{"$ref":"$[0]"}]', [{ x: 1 }, { x: 1 }]],
  ["a reference to nothing", '{"a":{"$ref":"$.b.c"}}', { a: null }],
  ["a reference forward", '{"a":{"$ref":"$.b"},"b":[1]}', { a: [1], b: [1] }],
];

for (const [what, text, value] of READS) {
  test(`reads ${what} [R-JSON-2]`, (t) => {
    t.deepEqual(plain(parseFastjson(text)), value);
    t.deepEqual(plain(parseFastjson(Buffer.from(text))), value);
  });
}

test("numbers in strict JSON are the same with and without what only the dialect has", (t) => {
  const digits = fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 24 })
    .map((all) => all.join(""));
  const number = fc
    .record({
      sign: fc.constantFrom("", "-"),
      whole: digits.map((all) => all.replace(/^0+(?=\d)/, "")),
      fraction: fc.option(digits, { nil: undefined }),
      exponent: fc.option(fc.integer({ min: -30, max: 30 }), { nil: undefined }),
    })
    .map(
      ({ sign, whole, fraction, exponent }) =>
        `${sign}${whole}${fraction === undefined ? "" : `.${fraction}`}${exponent === undefined ? "" : `e${exponent}`}`,
    );
  fc.assert(
    fc.property(fc.array(number), (numbers) => {
      const list = numbers.join(",");
      // A doubled comma is no strict JSON, so that all of it is read as the dialect.
      const { a } = parseFastjson(`{"a":[${list}],,}`) as Record<string, unknown>;
      t.deepEqual(parseFastjson(`[${list}]`), a as never);
    }),
  );
});

/** Parsed objects have no prototype; ava compares prototypes. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

test("`..` is the object around the one that holds the reference [R-JSON-4]", (t) => {
  const root = parseFastjson('{"a":{"b":{"$ref":".."}},"c":{"$ref":"$"}}') as Record<
    string,
    unknown
  >;
  t.is((root.a as Record<string, unknown>).b, root);
  t.is(root.c, root);
});

const REFUSED = [
  "",
  "{",
  "[1",
  '{"a"}',
  "{a:}",
  '"abc',
  "{{}:",
  "nul",
  "1 2",
  "{a:'\\q'}",
  "{a:'\\u12'}",
  "[".repeat(10_000),
  "-",
];

for (const text of REFUSED) {
  test(`refuses ${JSON.stringify(text.slice(0, 12))} as corrupt`, (t) => {
    t.throws(() => parseFastjson(text), { instanceOf: CorruptError });
  });
}

test("nesting is followed to a bound only", (t) => {
  const deep = (n: number) => `${"{a:".repeat(n)}1${"}".repeat(n)}`;
  t.notThrows(() => parseFastjson(deep(60)));
  t.throws(() => parseFastjson(deep(70)), { instanceOf: CorruptError });
});

test("references name members as fastjson does: escaped, queues by their toString [R-JSON-4]", (t) => {
  const text = String.raw`{"a-b.c":{"x":1},"r":{"$ref":"$.a\\-b\\.c"},"offsetTable":{{"brokerName":"b","queueId":1,"topic":"t"}:[7],{"brokerName":"b","queueId":2,"topic":"t"}:{"$ref":"$.offsetTable.MessageQueue\\ \\[topic\\=t\\,\\ brokerName\\=b\\,\\ queueId\\=1\\]"}}}`;
  t.deepEqual(plain(parseFastjson(text)), {
    "a-b.c": { x: 1 },
    r: { x: 1 },
    offsetTable: {
      '{"brokerName":"b","queueId":1,"topic":"t"}': [7],
      '{"brokerName":"b","queueId":2,"topic":"t"}': [7],
    },
  });
});

test("references that multiply are refused", (t) => {
  const level = (of: string) => `[${`{"$ref":"$.${of}"},`.repeat(200)}]`;
  const text = `{a:[1],b:${level("a")},c:${level("b")},d:${level("c")},e:${level("d")}}`;
  t.throws(() => parseFastjson(text), { instanceOf: CorruptError, message: /references/ });
});

test("a key named __proto__ is a key", (t) => {
  const value = parseFastjson("{__proto__:{x:1}}") as Record<string, unknown>;
  t.deepEqual(Object.keys(value), ["__proto__"]);
  t.is(({} as Record<string, unknown>).x, undefined);
});

const WRITES: readonly (readonly [what: string, value: unknown, text: string])[] = [
  [
    "beans with keys in order and without nulls",
    { b: 1, a: "x", c: null, d: undefined },
    '{"a":"x","b":1}',
  ],
  [
    "maps with numeric keys bare",
    new Map([
      [0, "a"],
      [1, "b"],
    ]),
    '{0:"a",1:"b"}',
  ],
  [
    "maps with object keys raw",
    new Map([[{ topic: "t", queueId: 1 }, 5]]),
    '{{"queueId":1,"topic":"t"}:5}',
  ],
  [
    "maps with text keys in their order",
    new Map([
      ["b", 1],
      ["a", 2],
    ]),
    '{"b":1,"a":2}',
  ],
  ["bigints as numbers", { a: 9223372036854775807n }, '{"a":9223372036854775807}'],
  [
    "doubles as Java does",
    [double(0), double(1e10), double(12.5), double(3), double(1e-5), double(1.5e7)],
    "[0.0,1.0E10,12.5,3.0,1.0E-5,1.5E7]",
  ],
  [
    "doubles at the borders of Java's two forms",
    [
      double(9999999),
      double(1e7),
      double(0.001),
      double(0.00099),
      double(-0),
      double(123456789.123),
    ],
    "[9999999.0,1.0E7,0.001,9.9E-4,-0.0,1.23456789123E8]",
  ],
  ["NaN as null", [double(NaN), double(Infinity)], "[null,null]"],
  [
    "control characters in upper-case hex",
    "\u0001\u001f\n\u2028\u007f",
    '"\\u0001\\u001F\\n\\u2028\\u007F"',
  ],
  ["non-ASCII and slash as they are", "ü/漢😀", '"ü/漢😀"'],
  ["nothing at all", [null, {}, [], new Map()], "[null,{},[],{}]"],
];

for (const [what, value, text] of WRITES) {
  test(`writes ${what} [R-JSON-1]`, (t) => {
    t.is(stringifyFastjson(value), text);
  });
}

test("the strict form quotes and sorts keys and escapes non-ASCII and slash [R-JSON-7]", (t) => {
  t.is(
    strictFastjson({
      addrs: new Map([
        [10, "a/b"],
        [2, "ü"],
      ]),
      n: new Map([
        ["b", 1],
        ["a", 1],
      ]),
    }),
    '{"addrs":{"2":"\\u00FC","10":"a\\/b"},"n":{"a":1,"b":1}}',
  );
});

test("the pretty form is that of upstream's configuration files [R-JSON-8]", (t) => {
  const value = {
    dataVersion: { counter: 3, stateVersion: 0, timestamp: 1700000000000 },
    groupTopicMap: new Map([["g1", ["TopicTest"]]]),
    offsetTable: new Map([
      [
        "TopicTest@g1",
        new Map([
          [0, 10],
          [1, 12],
        ]),
      ],
    ]),
    forbiddenTable: new Map(),
  };
  t.is(
    prettyFastjson(value),
    [
      "{",
      '\t"dataVersion":{',
      '\t\t"counter":3,',
      '\t\t"stateVersion":0,',
      '\t\t"timestamp":1700000000000',
      "\t},",
      '\t"forbiddenTable":{},',
      '\t"groupTopicMap":{',
      '\t\t"g1":["TopicTest"]',
      "\t},",
      '\t"offsetTable":{',
      '\t\t"TopicTest@g1":{0:10,1:12',
      "\t\t}",
      "\t}",
      "}",
    ].join("\n"),
  );
  t.is(
    prettyFastjson({
      offsetTable: new Map([
        [1, 5],
        [3, 7],
      ]),
    }),
    '{\n\t"offsetTable":{1:5,3:7\n\t}\n}',
  );
});

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: "grapheme" }),
    fc.integer(),
    fc.boolean(),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

test("what is written, in every form, is read back", (t) => {
  fc.assert(
    fc.property(values, (value) => {
      t.deepEqual(plain(parseFastjson(stringifyFastjson(value))), plain(value));
      t.deepEqual(plain(parseFastjson(strictFastjson(value))), plain(value));
      t.deepEqual(plain(parseFastjson(prettyFastjson(value))), plain(value));
    }),
  );
});

test("text that is anything ends in a value or in CorruptError", (t) => {
  const soup = fc.array(
    fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      '"',
      "'",
      "\\",
      "a",
      "1",
      "$ref",
      "$.a",
      "null",
      " ",
      "1e5",
      "-",
      "u00",
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(soup, (pieces) => {
      try {
        parseFastjson(pieces.join(""));
      } catch (error) {
        t.true(error instanceof CorruptError, String(error));
      }
    }),
    { numRuns: 5000 },
  );
  t.pass();
});

test("files of fastjson 2 have each entry of a map and each text of a list on a line of its own", (t) => {
  const value = { addresses: new Map([[0, "a:1"]]), clients: ["JAVA", "GO"], delays: [1000, 5000] };
  t.is(
    prettyFastjson2(value),
    '{\n\t"addresses":{\n\t\t0:"a:1"\n\t},\n\t"clients":[\n\t\t"JAVA",\n\t\t"GO"\n\t],\n\t"delays":[1000,5000]\n}',
  );
  t.is(
    prettyFastjson(value),
    '{\n\t"addresses":{0:"a:1"\n\t},\n\t"clients":["JAVA","GO"],\n\t"delays":[1000,5000]\n}',
  );
});
