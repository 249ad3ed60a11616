import { deflateSync, inflateSync } from "node:zlib";
import test from "ava";
import fc from "fast-check";
import { CorruptError } from "../../../../engine/base/errors.js";
import {
  decodeCompressedRegisterBody,
  encodeCompressedRegisterBody,
  type RegisterBrokerBody,
  topicConfig,
  Version,
} from "../../../../engine/protocol/index.js";

function bodyOf(attributes: Record<string, string>): RegisterBrokerBody {
  const topic = {
    ...topicConfig.shape.missing(),
    topicName: "T",
    readQueueNums: 4,
    writeQueueNums: 8,
    attributes,
  };
  return {
    filterServerList: ["f"],
    topicConfigSerializeWrapper: {
      dataVersion: { counter: 1, stateVersion: 2, timestamp: 3 },
      topicConfigTable: new Map([["T", topic]]),
      topicQueueMappingInfoMap: new Map(),
      topicQueueMappingDetailMap: new Map(),
    },
  };
}

function block(text: string): string {
  const length = Buffer.alloc(4);
  length.writeInt32BE(text.length);
  return length.toString("latin1") + text;
}

test("the compressed form towards 4.8 has five parts per topic and no mappings [R-REG-2]", (t) => {
  const bytes = encodeCompressedRegisterBody(bodyOf({ "message.type": "FIFO" }), Version.V4_8_0);
  t.is(
    inflateSync(bytes).toString("latin1"),
    block('{"counter":1,"stateVersion":2,"timestamp":3}') +
      "\0\0\0\u0001" +
      block("T 4 8 6 SINGLE_TAG") +
      block('["f"]'),
  );
});

test("the compressed form comes back in both versions [R-REG-2]", (t) => {
  const old = decodeCompressedRegisterBody(
    encodeCompressedRegisterBody(bodyOf({}), Version.V4_8_0),
    Version.V4_8_0,
  );
  t.deepEqual(old, bodyOf({}));
  const attributes = { "message.type": "FIFO", note: "a b" };
  const bytes = encodeCompressedRegisterBody(bodyOf(attributes), Version.V5_3_3);
  t.deepEqual(decodeCompressedRegisterBody(bytes, Version.V5_3_3), bodyOf(attributes));
});

test("a compressed form that is anything else is corrupt", (t) => {
  const refuse = (bytes: Buffer) =>
    t.throws(() => decodeCompressedRegisterBody(bytes, 479), { instanceOf: CorruptError });
  refuse(Buffer.alloc(0));
  refuse(Buffer.from("no zlib"));
  refuse(deflateSync(Buffer.from([0xff, 0xff, 0xff, 0xff])));
  refuse(deflateSync(Buffer.from([0x7f, 0xff, 0xff, 0xff])));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      refuse(deflateSync(bytes));
    }),
  );
});
