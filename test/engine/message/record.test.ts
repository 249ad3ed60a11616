import test from "ava";
import { deflateSync } from "node:zlib";
import { decodeRecord, decodeRecords } from "../../../engine/message/decode.js";
import { measureRecord, recordBytes, type RecordContent } from "../../../engine/message/encode.js";
import { encodeProperties } from "../../../engine/message/properties.js";
import { Magic } from "../../../engine/message/record-layout.js";
import { SysFlag } from "../../../engine/message/sys-flag.js";

const uniqKey = "AC110203000000000000000000000010";

const content = (over: Partial<RecordContent> = {}): RecordContent => ({
  topic: "TopicTest",
  queueId: 0,
  flag: 0,
  sysFlag: 0,
  bornTimestamp: 1700000000123,
  bornHost: { address: "10.1.2.3", port: 45678 },
  storeHost: { address: "192.168.0.9", port: 10911 },
  reconsumeTimes: 0,
  preparedTransactionOffset: 0,
  body: Buffer.from("hello 0"),
  properties: encodeProperties([
    ["KEYS", "k0 kk"],
    ["UNIQ_KEY", uniqKey],
    ["TAGS", "TagA"],
  ]),
  ...over,
});

const place = { queueOffset: 0, physicalOffset: 0, storeTimestamp: 0x1a1fe02deb9 };

test("[S-LOG-1] a record is byte for byte what Apache 4.8.0 writes", (t) => {
  const golden = [
    "000000aa daa320a7 20e809f1 00000000 00000000 0000000000000000 0000000000000000 00000000",
    "0000018bcfe5687b 0a010203 0000b26e 000001a1fe02deb9 c0a80009 00002a9f 00000000 0000000000000000",
    "00000007 68656c6c6f2030 09 546f70696354657374 003f",
    "4b455953 01 6b30206b6b 02 554e49515f4b4559 01",
    Buffer.from(uniqKey).toString("hex"),
    "02 54414753 01 54616741 02",
  ];
  t.is(recordBytes(content(), place).toString("hex"), golden.join("").replaceAll(" ", ""));
});

test("[S-LOG-1] a record decodes to what was encoded, over IPv4 and IPv6", (t) => {
  for (const [born, store] of [
    ["10.1.2.3", "192.168.0.9"],
    ["0:0:0:0:0:0:0:1", "192.168.0.9"],
    ["10.1.2.3", "fe80:0:0:0:0:0:12:a"],
    ["2001:db8:0:0:0:0:0:1", "0:0:0:0:0:0:0:1"],
  ] as const) {
    const given = content({
      bornHost: { address: born, port: 1 },
      storeHost: { address: store, port: 65535 },
      reconsumeTimes: 3,
      preparedTransactionOffset: 2 ** 52,
      flag: -7,
      queueId: 11,
    });
    const bytes = recordBytes(given, {
      queueOffset: 2 ** 40,
      physicalOffset: 2 ** 45,
      storeTimestamp: 5,
    });
    const message = decodeRecord(bytes);
    t.is(bytes.length, 170 + (born.includes(":") ? 12 : 0) + (store.includes(":") ? 12 : 0));
    t.deepEqual(message.bornHost, given.bornHost);
    t.deepEqual(message.storeHost, given.storeHost);
    t.is(message.queueOffset, 2 ** 40);
    t.is(message.physicalOffset, 2 ** 45);
    t.is(message.preparedTransactionOffset, 2 ** 52);
    t.is(message.flag, -7);
    t.is(message.reconsumeTimes, 3);
    t.is(message.body.toString(), "hello 0");
    t.is(message.tags, "TagA");
    t.deepEqual(message.keyList, ["k0", "kk"]);
    t.is(message.messageId, uniqKey);
  }
});

test("[S-LOG-2] a topic of more than 127 bytes takes the second magic, one of 127 the first", (t) => {
  const magicOf = (length: number): number =>
    recordBytes(content({ topic: "t".repeat(length) }), place).readInt32BE(4);
  t.is(magicOf(127), Magic.V1);
  t.is(magicOf(128), Magic.V2);
  const long = content({ topic: "%RETRY%" + "g".repeat(200) });
  t.is(decodeRecord(recordBytes(long, place)).topic, long.topic);
  t.is(measureRecord(long).size, recordBytes(long, place).length);
});

test("an IPv4 address in IPv6 clothes is stored as IPv4", (t) => {
  const message = decodeRecord(
    recordBytes(content({ bornHost: { address: "::ffff:10.1.2.3", port: 9 } }), place),
  );
  t.is(message.bornHost.address, "10.1.2.3");
  t.is(message.sysFlag & SysFlag.BORNHOST_V6, 0);
});

test("records back to back decode one after the other", (t) => {
  const bytes = Buffer.concat([1, 2, 3].map((queueId) => recordBytes(content({ queueId }), place)));
  t.deepEqual(
    decodeRecords(bytes).map((message) => message.queueId),
    [1, 2, 3],
  );
});

test("a zipped body is inflated, one marked LZ4 that is none is refused when it is asked for", (t) => {
  const zipped = (sysFlag: number): RecordContent =>
    content({ sysFlag, body: deflateSync(Buffer.from("x".repeat(9999))) });
  for (const flag of [SysFlag.COMPRESSED, SysFlag.COMPRESSED | SysFlag.COMPRESSION_ZLIB]) {
    t.is(decodeRecord(recordBytes(zipped(flag), place)).body.length, 9999);
  }
  const lz4 = decodeRecord(
    recordBytes(zipped(SysFlag.COMPRESSED | SysFlag.COMPRESSION_LZ4), place),
  );
  t.is(lz4.topic, "TopicTest");
  t.throws(() => lz4.body, { message: /LZ4 frame does not begin/ });
});

test("a record that is cut, mislabelled or whose lengths lie is reported as corrupt", (t) => {
  const good = recordBytes(content(), place);
  t.throws(() => decodeRecord(good.subarray(0, 100)), { message: /do not add up/ });
  t.throws(() => decodeRecord(good.subarray(0, 20)), { message: /cut short/ });
  const magic = Buffer.from(good);
  magic[5] = 0;
  t.throws(() => decodeRecord(magic), { message: /no magic/ });
  const lengths = Buffer.from(good);
  lengths.writeInt32BE(-1, 84);
  t.throws(() => decodeRecord(lengths), { message: /do not add up/ });
});
