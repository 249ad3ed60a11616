import test from "ava";
import fc from "fast-check";
import { CorruptError } from "../../../engine/base/errors.js";
import { FRAME_MAX_LENGTH } from "../../../engine/protocol/frame-limits.js";
import { FrameReader } from "../../../engine/remoting/frame-reader.js";

/** A frame with a header of `header` bytes and a body of `body` bytes. */
function frame(header: number, body: number, fill = 0x61): Buffer {
  const bytes = Buffer.alloc(8 + header + body, fill);
  bytes.writeUInt32BE(4 + header + body, 0);
  bytes.writeUInt32BE(header, 4);
  return bytes;
}

function read(chunks: readonly Buffer[]): Buffer[] {
  const frames: Buffer[] = [];
  const reader = new FrameReader((one) => frames.push(Buffer.from(one)));
  for (const chunk of chunks) reader.push(chunk);
  return frames;
}

const three = [frame(10, 5, 1), frame(0, 0, 2), frame(3, 200, 3)];
const stream = Buffer.concat(three);
const expected = three.map((one) => one.subarray(4));

test("frames come out alike wherever the stream is cut in two", (t) => {
  for (let cut = 0; cut <= stream.length; cut++) {
    t.deepEqual(read([stream.subarray(0, cut), stream.subarray(cut)]), expected, `cut at ${cut}`);
  }
});

test("frames come out of a stream that arrives byte by byte", (t) => {
  t.deepEqual(read([...stream].map((byte) => Buffer.of(byte))), expected);
});

test("frames come out of every three-part cut of a short stream", (t) => {
  const short = Buffer.concat([frame(2, 1), frame(1, 1)]);
  for (let a = 0; a <= short.length; a++) {
    for (let b = a; b <= short.length; b++) {
      const frames = read([short.subarray(0, a), short.subarray(a, b), short.subarray(b)]);
      t.is(frames.length, 2, `cut at ${a} and ${b}`);
    }
  }
});

test("a long frame is put together from many chunks", (t) => {
  const long = frame(100, 3_000_000);
  const chunks: Buffer[] = [];
  for (let at = 0; at < long.length; at += 1460) chunks.push(long.subarray(at, at + 1460));
  const [only] = read(chunks);
  t.true(only?.equals(long.subarray(4)));
});

test("the longest frame passes", (t) => {
  t.is(read([frame(0, FRAME_MAX_LENGTH - 8)])[0]?.length, FRAME_MAX_LENGTH - 4);
});

const hostile: readonly [string, Buffer][] = [
  ["a length below its header word", Buffer.from([0, 0, 0, 3, 0, 0, 0, 0])],
  ["a negative length", Buffer.from([0xff, 0xff, 0xff, 0xf0, 0, 0, 0, 0])],
  ["a length over the limit", Buffer.from([0x01, 0, 0, 0, 0, 0, 0, 0])],
  ["an unknown serialize type", Buffer.from([0, 0, 0, 8, 2, 0, 0, 0])],
  ["a header longer than the frame", Buffer.from([0, 0, 0, 8, 0, 0, 0, 5])],
];

for (const [title, bytes] of hostile) {
  test(`${title} is refused, whole or byte by byte`, (t) => {
    t.throws(() => read([bytes]), { instanceOf: CorruptError });
    t.throws(() => read([...bytes].map((byte) => Buffer.of(byte))), { instanceOf: CorruptError });
  });
}

test("a huge length is refused as soon as its four bytes are there", (t) => {
  t.throws(() => read([Buffer.from([0x7f, 0, 0, 0])]), { instanceOf: CorruptError });
});

test("the claim of a long frame reserves no more room than its first bytes need", (t) => {
  const before = process.memoryUsage().arrayBuffers;
  const claim = Buffer.from([0x00, 0xff, 0xff, 0x00, 0, 0, 0, 0, 1]);
  const readers = Array.from({ length: 100 }, () => new FrameReader(() => t.fail()));
  for (const reader of readers) reader.push(claim);
  t.true(process.memoryUsage().arrayBuffers - before < 100 * 200_000);
});

test("any cut of any frames gives them back, and any bytes give frames or a CorruptError", (t) => {
  const sizes = fc.array(fc.tuple(fc.nat(300), fc.nat(70_000)), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(
      sizes,
      fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1 }),
      (frames, steps) => {
        const whole = frames.map(([header, body], index) => frame(header, body, index + 1));
        const bytes = Buffer.concat(whole);
        const chunks: Buffer[] = [];
        for (let at = 0, step = 0; at < bytes.length; step++) {
          const size = steps[step % steps.length] ?? 1;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        t.true(
          Buffer.concat(read(chunks)).equals(Buffer.concat(whole.map((one) => one.subarray(4)))),
        );
      },
    ),
    { numRuns: 50 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
      try {
        read([Buffer.from(noise)]);
      } catch (error) {
        t.true(error instanceof CorruptError);
      }
    }),
    { numRuns: 2000 },
  );
});
