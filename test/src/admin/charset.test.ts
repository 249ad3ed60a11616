import test from "ava";
import { checkCharset, decodeText } from "../../../src/admin/charset.js";

const BYTES = Buffer.from("Grüße");

const charsets: [string, string][] = [
  ["UTF-8", "Grüße"],
  ["utf8", "Grüße"],
  ["ISO-8859-1", "GrÃ¼Ã\u009fe"],
  ["US-ASCII", "Gr\ufffd\ufffd\ufffd\ufffde"],
];
for (const [charset, text] of charsets) {
  test(`bytes read in ${charset} as Java reads them`, (t) => {
    t.is(decodeText(BYTES, charset), text);
  });
}

test("Chinese charsets are known", (t) => {
  t.is(decodeText(Buffer.from([0xca, 0xc0, 0xbd, 0xe7]), "GBK"), "世界");
});

test("an unknown charset is a usage error", (t) => {
  t.like(
    t.throws(() => checkCharset("NOPE")),
    { kind: "usage", message: "the charset NOPE is not known" },
  );
});
