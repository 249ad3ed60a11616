import test from "ava";
import { encodeBatch, splitBatch } from "../../../engine/message/batch.js";
import { addressBytes, formatAddress } from "../../../engine/message/host.js";
import { offsetMessageId, parseOffsetMessageId } from "../../../engine/message/message-id.js";
import {
  decodeProperties,
  encodeProperties,
  joinProperties,
  propertyOf,
  removeProperty,
  setProperty,
} from "../../../engine/message/properties.js";
import { compressionOf, entersQueue } from "../../../engine/message/sys-flag.js";
import { tagsCode } from "../../../engine/message/tags.js";
import { groupProblem, isSystemTopic, topicProblem } from "../../../engine/message/topic-names.js";
import {
  UniqKeyGenerator,
  uniqKeyAddress,
  uniqKeyPid,
  uniqKeyTime,
} from "../../../engine/message/uniq-key.js";

test("[S-PROP-1] properties go to text and back; the last separator may be missing", (t) => {
  const text = encodeProperties([
    ["KEYS", "a b"],
    ["TAGS", "x"],
  ]);
  t.is(text, "KEYS\u0001a b\u0002TAGS\u0001x\u0002");
  t.deepEqual(
    [...decodeProperties(text)],
    [
      ["KEYS", "a b"],
      ["TAGS", "x"],
    ],
  );
  t.deepEqual(
    [...decodeProperties(text.slice(0, -1))],
    [
      ["KEYS", "a b"],
      ["TAGS", "x"],
    ],
  );
});

test("[S-PROP-1] pairs without name, value or separator are skipped, and of two the last wins", (t) => {
  const text = "novalue\u0002\u0001x\u0002e\u0001\u0002A\u00011\u0002A\u00012\u0002\u0002";
  t.deepEqual([...decodeProperties(text)], [["A", "2"]]);
});

test("one property is read without being misled by names that end alike or values that look alike", (t) => {
  const text =
    "MYTAGS\u0001no\u0002TAGS\u0001first\u0002KEYS\u0001TAGS\u0002TAGS\u0001last\u0002XTAGS\u0001no";
  t.is(propertyOf(text, "TAGS"), "last");
  t.is(propertyOf(text, "KEYS"), "TAGS");
  t.is(propertyOf(text, "AGS"), undefined);
  t.is(propertyOf("TAGS\u0001x", "TAGS"), "x");
  t.is(propertyOf("", "TAGS"), undefined);
});

test("properties are set, removed and joined in their text form", (t) => {
  t.is(setProperty("A\u00011\u0002", "B", "2"), "A\u00011\u0002B\u00012\u0002");
  t.is(setProperty("A\u00011\u0002B\u00010", "B", "2"), "A\u00011\u0002B\u00012\u0002");
  t.is(removeProperty("A\u00011\u0002B\u00012\u0002", "A"), "B\u00012\u0002");
  t.is(joinProperties("A\u00011", "B\u00012"), "A\u00011\u0002B\u00012");
});

test("[S-BATCH-1] a batch splits into what was encoded; lengths that lie are refused", (t) => {
  const items = [
    { flag: 1, body: Buffer.from("one"), properties: "A\u00011\u0002" },
    { flag: 0, body: Buffer.alloc(0), properties: "" },
    { flag: -1, body: Buffer.from("ü"), properties: "Ä\u0001ö\u0002" },
  ];
  const bytes = encodeBatch(items);
  t.deepEqual(splitBatch(bytes), items);
  t.throws(() => splitBatch(bytes.subarray(0, -1)), { message: /do not add up/ });
  const wrong = Buffer.from(bytes);
  wrong.writeInt32BE(1 << 30, 16);
  t.throws(() => splitBatch(wrong), { message: /do not add up/ });
});

test("[S-ID-1] an offset message id is store host and physical offset in hex", (t) => {
  const id = offsetMessageId({ address: "192.168.0.9", port: 10911 }, 0x1764);
  t.is(id, "C0A8000900002A9F0000000000001764");
  t.deepEqual(parseOffsetMessageId(id), {
    storeHost: { address: "192.168.0.9", port: 10911 },
    physicalOffset: 0x1764,
  });
  const v6 = offsetMessageId({ address: "::1", port: 1 }, 2);
  t.is(v6.length, 56);
  t.is(parseOffsetMessageId(v6)?.storeHost.address, "0:0:0:0:0:0:0:1");
  t.is(parseOffsetMessageId("xyz"), undefined);
});

test("[S-ID-2] a uniq key tells where and when it was made", (t) => {
  const now = new Date(2026, 10, 21, 12, 0, 0).getTime();
  const keys = new UniqKeyGenerator({
    clock: { now: () => now },
    address: "10.0.0.7",
    pid: 70000,
    instance: 5,
  });
  const [first, second] = [keys.next(), keys.next()];
  t.regex(first, /^0A0000071170000000055|^0A000007117000000005/);
  t.is(first.length, 32);
  t.not(first, second);
  t.is(first.slice(-4), "0000");
  t.is(second.slice(-4), "0001");
  t.is(uniqKeyTime(first, now + 1), now);
  t.is(uniqKeyAddress(first), "10.0.0.7");
  t.is(uniqKeyPid(first), 70000 & 0xffff);
  const v6 = new UniqKeyGenerator({
    clock: { now: () => now },
    address: "fe80::1",
    pid: 1,
    instance: 0,
  }).next();
  t.is(v6.length, 56);
  t.is(uniqKeyAddress(v6), "fe80:0000:0000:0000:0000:0000:0000:0001");
});

test("[S-ID-2] a time later in the month than now belongs to the month before", (t) => {
  const made = new Date(2026, 9, 30, 1, 2, 3).getTime();
  const id = new UniqKeyGenerator({ clock: { now: () => made }, address: "1.2.3.4" }).next();
  t.is(uniqKeyTime(id, new Date(2026, 10, 2).getTime()), made);
});

test("addresses are read in every common spelling", (t) => {
  t.is(formatAddress(addressBytes("::")), "0:0:0:0:0:0:0:0");
  t.is(formatAddress(addressBytes("[2001:db8::8:800]")), "2001:db8:0:0:0:0:8:800");
  t.is(formatAddress(addressBytes("64:ff9b::1.2.3.4")), "64:ff9b:0:0:0:0:102:304");
  for (const bad of ["", "1.2.3", "1.2.3.256", "1::2::3", "12345::", "host"]) {
    t.throws(() => addressBytes(bad), { message: /not an IP address/ }, bad);
  }
});

test("[S-CQ-2] tag hashes are Java's", (t) => {
  t.is(tagsCode("TagA"), 0x27a807);
  t.is(tagsCode("TagC"), 0x27a809);
  t.is(tagsCode("d"), 100);
  t.is(tagsCode(undefined), 0);
});

test("only records outside a transaction and committed ones enter queues", (t) => {
  t.deepEqual([0x0, 0x4, 0x8, 0xc, 0x31].map(entersQueue), [true, false, true, false, true]);
  t.deepEqual([0, 1, 0x301, 0x101, 0x201].map(compressionOf), [
    "none",
    "zlib",
    "zlib",
    "lz4",
    "zstd",
  ]);
});

test("names are refused with upstream's words", (t) => {
  t.is(topicProblem("Topic_1-a|b%c"), undefined);
  t.is(topicProblem(" "), "The specified topic is blank.");
  t.is(
    topicProblem("a.b"),
    "The specified topic contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$",
  );
  const tooLong = "The specified topic is longer than topic max length.";
  t.is(topicProblem("t".repeat(128)), tooLong);
  t.is(topicProblem("%RETRY%" + "g".repeat(121)), tooLong);
  t.is(groupProblem("g".repeat(255)), undefined);
  t.is(groupProblem("g".repeat(256)), "The specified group is longer than group max length.");
  t.true(isSystemTopic("rmq_sys_x") && isSystemTopic("TBW102") && !isSystemTopic("TopicTest"));
});
