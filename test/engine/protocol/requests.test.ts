import test from "ava";
import fc from "fast-check";
import { CorruptError } from "../../../engine/base/errors.js";
import * as protocol from "../../../engine/protocol/index.js";
import type { AnyFields } from "../../../engine/protocol/header.js";
import { requestCodeName, requestCodes } from "../../../engine/protocol/request-codes.js";
import * as requests from "../../../engine/protocol/requests/index.js";

const { requestDefinitions } = requests;
const byCode = new Map(requestDefinitions.map((definition) => [definition.code, definition]));

test("every definition agrees with the table of codes", (t) => {
  t.is(byCode.size, requestDefinitions.length);
  for (const { code, name } of requestDefinitions) t.is(requestCodeName(code), name);
});

test("the table of codes has each code and name once, in order", (t) => {
  const codes = requestCodes.map(({ code }) => code);
  t.deepEqual(
    codes,
    [...new Set(codes)].sort((a, b) => a - b),
  );
  t.is(new Set(requestCodes.map(({ name }) => name)).size, requestCodes.length);
});

test("every code that some version serves is defined, no dead one is", (t) => {
  const undefinedCodes = requestCodes.filter(
    ({ code, life }) => life === "live" && !byCode.has(code),
  );
  t.deepEqual(undefinedCodes, []);
  const dead = requestCodes.filter(
    ({ code, life }) => life !== "live" && life !== "gone" && byCode.has(code),
  );
  t.deepEqual(dead, []);
});

test("a definition is exported under the camel case of its name", (t) => {
  const exported = requests as unknown as Record<string, unknown>;
  for (const definition of requestDefinitions) {
    const name = definition.name
      .toLowerCase()
      .replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    t.is(exported[name], definition, name);
  }
});

const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: fc.string({ unit: "grapheme" }),
  int32: fc.integer(),
  int64: fc.maxSafeInteger(),
  bigint64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  boolean: fc.boolean(),
};

function headers(fields: AnyFields): fc.Arbitrary<Record<string, unknown>> {
  const model = Object.entries(fields).map(([key, { kind }]) => [key, VALUES[kind]] as const);
  const requiredKeys = Object.entries(fields)
    .filter(([, field]) => field.required)
    .map(([key]) => key);
  return fc.record(Object.fromEntries(model) as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys,
    noNullPrototype: true,
  });
}

for (const definition of requestDefinitions) {
  for (const side of ["request", "response"] as const) {
    const codec = definition[side];
    if (Object.keys(codec.fields).length === 0) continue;
    test(`a ${side} header of ${definition.name} comes back as it was sent`, (t) => {
      fc.assert(
        fc.property(headers(codec.fields), (header) => {
          const ext = codec.encode(header);
          for (const value of Object.values(ext)) t.is(typeof value, "string");
          t.deepEqual(codec.decode(ext), header);
        }),
        { numRuns: 20 },
      );
    });
  }
}

test("both ways of sending decode to the same header [R-SEND-1]", (t) => {
  const header = {
    producerGroup: "pg",
    topic: "T",
    defaultTopic: "TBW102",
    defaultTopicQueueNums: 4,
    queueId: -1,
    sysFlag: 0,
    bornTimestamp: 1700000000000,
    flag: 0,
    properties: "KEYS\u0001k\u0002",
    reconsumeTimes: 0,
    unitMode: false,
    maxReconsumeTimes: 3,
    batch: false,
    brokerName: "b",
  };
  t.deepEqual(protocol.sendMessageV2.request.encode(header), {
    a: "pg",
    b: "T",
    c: "TBW102",
    d: "4",
    e: "-1",
    f: "0",
    g: "1700000000000",
    h: "0",
    i: "KEYS\u0001k\u0002",
    j: "0",
    k: "false",
    l: "3",
    m: "false",
    n: "b",
  });
  const long = protocol.sendMessage.request.encode(header);
  t.is(long.bname, "b");
  t.deepEqual(protocol.sendMessage.request.decode(long), header);
  t.deepEqual(
    protocol.sendMessageV2.request.decode(protocol.sendMessageV2.request.encode(header)),
    header,
  );
});

test("a send answer carries region and trace switch [R-SEND-2]", (t) => {
  const answer = {
    msgId: "m",
    queueId: 1,
    queueOffset: 2,
    regionId: "DefaultRegion",
    traceOn: "true",
  };
  t.deepEqual(protocol.sendMessage.response.encode(answer), {
    msgId: "m",
    queueId: "1",
    queueOffset: "2",
    MSG_REGION: "DefaultRegion",
    TRACE_ON: "true",
  });
});

test("a pull that leaves out what it does not use is read [R-PULL-1]", (t) => {
  const ext = {
    consumerGroup: "g",
    topic: "t",
    queueId: "0",
    queueOffset: "5",
    maxMsgNums: "32",
    sysFlag: "0",
  };
  t.deepEqual(protocol.pullMessage.request.decode(ext), {
    consumerGroup: "g",
    topic: "t",
    queueId: 0,
    queueOffset: 5,
    maxMsgNums: 32,
    sysFlag: 0,
  });
});

test("the end of a time range keeps all its bits", (t) => {
  const ext = {
    topic: "t",
    key: "k",
    maxNum: "32",
    beginTimestamp: "0",
    endTimestamp: "9223372036854775807",
    _UNIQUE_KEY_QUERY: "true",
  };
  const header = protocol.queryMessage.request.decode(ext);
  t.is(header.endTimestamp, 9223372036854775807n);
  t.true(header.uniqueKeyQuery);
  t.deepEqual(protocol.queryMessage.request.encode(header), ext);
});

test("header fields that are missing or of the wrong kind are corrupt", (t) => {
  for (const definition of requestDefinitions) {
    const required = Object.values(definition.request.fields).some((field) => field.required);
    if (required)
      t.throws(() => definition.request.decode({}), { instanceOf: CorruptError }, definition.name);
    else t.notThrows(() => definition.request.decode({}), definition.name);
  }
  t.throws(() => protocol.getMaxOffset.request.decode({ topic: "t", queueId: "4294967296" }), {
    instanceOf: CorruptError,
  });
});
