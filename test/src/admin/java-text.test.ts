import test from "ava";
import {
  front,
  javaBytes,
  javaDouble,
  javaMap,
  millisText,
  secondsText,
} from "../../../src/admin/java-text.js";

const doubles: [number, string][] = [
  [0, "0.0"],
  [12.5, "12.5"],
  [3, "3.0"],
  [0.00012, "1.2E-4"],
  [12345678, "1.2345678E7"],
];
for (const [value, text] of doubles) {
  test(`a double ${value} reads ${text}`, (t) => {
    t.is(javaDouble(value), text);
  });
}

test("times are in the machine's zone, with a comma before the milliseconds", (t) => {
  const at = new Date(2025, 8, 9, 7, 5, 3, 8).getTime();
  t.is(secondsText(at), "2025-09-09 07:05:03");
  t.is(millisText(at), "2025-09-09 07:05:03,008");
});

test("maps and bytes read as Java's toString", (t) => {
  t.is(
    javaMap(
      new Map([
        [0, "a:1"],
        [1, "b:2"],
      ]),
    ),
    "{0=a:1, 1=b:2}",
  );
  t.is(javaMap([]), "{}");
  t.is(javaBytes(Buffer.from([0, 127, 128, 255])), "[0, 127, -128, -1]");
});

test("a long name is cut at its end", (t) => {
  t.is(front("broker-a", 6), "broker");
  t.is(front("broker-a", 8), "broker-a");
});
