import test from "ava";
import { formatProperties, parseProperties } from "../../../engine/base/properties.js";

const read = (text: string): Record<string, string> => Object.fromEntries(parseProperties(text));

test("a key ends at the first equals sign, colon or blank", (t) => {
  t.deepEqual(read("a=1\nb:2\nc 3\nd = 4\ne\t:\t5\nf"), {
    a: "1",
    b: "2",
    c: "3",
    d: "4",
    e: "5",
    f: "",
  });
});

test("comments and empty lines are no keys", (t) => {
  t.deepEqual(read("# a=1\n  ! b=2\n\n \t\nc=3\r\nd=4\r#e=5"), { c: "3", d: "4" });
});

test("blanks at the end of a value are kept and those before it are not", (t) => {
  t.deepEqual(read("listenPort=  10911  "), { listenPort: "10911  " });
});

test("a line that ends in a backslash goes on with the next, without its leading blanks", (t) => {
  t.deepEqual(read("a=one,\\\n   two\nb=back\\\\\nc=3\nd=end\\"), {
    a: "one,two",
    b: "back\\",
    c: "3",
    d: "end",
  });
});

test("escapes stand for their letters, unknown ones for the letter itself", (t) => {
  t.deepEqual(read("a\\=b=\\u0041\\t\\n\\q\\\\u0041\nC:\\\\store=1"), {
    "a=b": "A\t\nq\\u0041",
    C: "\\store=1",
  });
});

test("a malformed unicode escape is taken letter by letter", (t) => {
  t.deepEqual(read("a=\\u12"), { a: "u12" });
});

test("the last of several equal keys wins", (t) => {
  t.deepEqual(read("a=1\na=2"), { a: "2" });
});

test("what is written is sorted and reads back as it was", (t) => {
  const entries: [string, string][] = [
    ["path", "C:\\store\\new"],
    ["brokerName", "broker-ä"],
    ["empty", ""],
    ["leading", "  two blanks"],
    ["a key", "x=y#z!:"],
    ["#hash", "line\nline"],
  ];
  const text = formatProperties(entries);
  t.deepEqual([...parseProperties(text)].sort(), [...entries].sort());
  t.deepEqual(
    formatProperties([
      ["b", "2"],
      ["a", "1=2"],
    ]),
    "a=1=2\nb=2\n",
  );
  t.regex(text, /broker-\\u00E4/);
});
