import { randomBytes } from "node:crypto";
import test from "ava";
import fc from "fast-check";
import {
  codecsFor,
  compressBody,
  type CompressionType,
  inflateBody,
} from "../../../../engine/message/compression/body.js";
import { inflateLz4 } from "../../../../engine/message/compression/lz4-frame.js";
import { xxHash32 } from "../../../../engine/message/compression/xxhash32.js";
import { SysFlag } from "../../../../engine/message/sys-flag.js";

const TYPES: readonly CompressionType[] = ["zlib", "lz4", "zstd"];
const ZSTD = SysFlag.COMPRESSED | SysFlag.COMPRESSION_ZSTD;
const LZ4 = SysFlag.COMPRESSED | SysFlag.COMPRESSION_LZ4;

/** Written by Java 5.3.3 from "0123456789" 40 times. */
const JAVA = {
  lz4: "BCJNGGBwcxUAAACvMDEyMzQ1Njc4OQoA/29QNTY3ODkAAAAA",
  zstd: "KLUv/QBYjAAAUDAxMjM0NTY3ODkBAINVCxIBAAA=",
};
const JAVA_BODY = "0123456789".repeat(40);

test.before(() => codecsFor([{ sysFlag: ZSTD }]));

for (const type of TYPES) {
  test(`[S-SYS-1] a body compressed with ${type} inflates to what it was`, async (t) => {
    const bodies = [
      Buffer.from("x"),
      Buffer.from("hello hello hello hello hello"),
      Buffer.alloc(100_000, "abcdefg"),
      Buffer.alloc(5_000_000),
      randomBytes(70_000),
      Buffer.concat([Buffer.alloc(4 * 1024 * 1024 - 3, 1), randomBytes(100)]),
    ];
    for (const body of bodies) {
      const { body: compressed, sysFlag } = await compressBody(body, type);
      t.true(inflateBody(compressed, sysFlag).equals(body), `${String(body.length)} bytes`);
    }
  });

  test(`a body compressed with ${type} is refused when it would grow beyond the bound`, async (t) => {
    const { body, sysFlag } = await compressBody(Buffer.alloc(10_000_000), type);
    t.true(body.length < 60_000);
    t.throws(() => inflateBody(body, sysFlag, 9_999_999), { name: "CorruptError" });
    t.is(inflateBody(body, sysFlag, 10_000_000).length, 10_000_000);
  });

  test(`a damaged body marked ${type} is refused or inflates, and nothing else`, async (t) => {
    const { body, sysFlag } = await compressBody(
      Buffer.from("some body, some body, ".repeat(50)),
      type,
    );
    const damage = fc.array(fc.tuple(fc.nat(body.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(damage, fc.nat(body.length), (bytes, length) => {
        const damaged = Buffer.from(body.subarray(0, length));
        for (const [at, byte] of bytes) if (at < length) damaged[at] = byte;
        try {
          return inflateBody(damaged, sysFlag, 1_000_000).length <= 1_000_000;
        } catch (error) {
          return error instanceof Error && error.name === "CorruptError";
        }
      }),
      { numRuns: 500 },
    );
    t.pass();
  });
}

test("[S-SYS-1] bodies that Java 5.3.3 compressed inflate", (t) => {
  t.is(inflateBody(Buffer.from(JAVA.lz4, "base64"), LZ4).toString(), JAVA_BODY);
  t.is(inflateBody(Buffer.from(JAVA.zstd, "base64"), ZSTD).toString(), JAVA_BODY);
});

test("a ZSTD frame that says it holds gigabytes is refused before any are asked for", (t) => {
  const frame = Buffer.from("28b52ffde000000000000000800100", "hex");
  t.throws(() => inflateBody(frame, ZSTD), { message: /too large/ });
});

test("an LZ4 frame with checksums inflates, and is refused when they disagree", (t) => {
  const content = Buffer.from("checked");
  const head = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x74, 0x40, 0]);
  head[6] = (xxHash32(head.subarray(4, 6)) >>> 8) & 0xff;
  const size = Buffer.alloc(4);
  size.writeUInt32LE((content.length | 0x80000000) >>> 0);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(xxHash32(content));
  const frame = Buffer.concat([head, size, content, sum, Buffer.alloc(4), sum]);
  t.is(inflateLz4(frame, 100).toString(), "checked");
  frame[12] = 0x21;
  t.throws(() => inflateLz4(frame, 100), { message: /damaged/ });
});

test("checksums of LZ4 frames are xxHash32's", (t) => {
  t.is(xxHash32(Buffer.alloc(0)), 0x02cc5d05);
  t.is(xxHash32(Buffer.from("abc")), 0x32d153ff);
  t.is(xxHash32(Buffer.from("Nobody inspects the spammish repetition")), 0xe2293b2f);
});
