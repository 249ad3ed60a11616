import { createHmac } from "node:crypto";
import test from "ava";
import { isSignedBy, signatureOf } from "../../../engine/acl/signature.js";

const fields = { topic: "t", b: "2", AccessKey: "ak", _UNIQUE_KEY_QUERY: "true" };
const hmac = (text: string): string => createHmac("sha1", "secret").update(text).digest("base64");

test("values are signed in the order of their names, capitals first, then the body", (t) => {
  const request = {
    extFields: { ...fields, Signature: "old" },
    body: Buffer.from("body"),
    version: 479,
  };
  t.is(signatureOf(request, "secret"), hmac("aktrue2tbody"));
});

test("clients up to 4.9.3 do not sign the mark of a unique key query, later ones do", (t) => {
  for (const [version, text] of [
    [399, "ak2t"],
    [401, "aktrue2t"],
  ] as const) {
    const request = { extFields: { ...fields, Signature: hmac(text) }, body: undefined, version };
    t.true(isSignedBy(request, "secret"));
    t.false(isSignedBy({ ...request, version: version === 399 ? 401 : 399 }, "secret"));
  }
});

test("no signature, a cut one and one of another key are refused", (t) => {
  const request = { extFields: fields, body: undefined, version: 479 };
  const good = signatureOf(request, "secret");
  for (const signature of [undefined, "", good.slice(0, 8), signatureOf(request, "other")]) {
    const extFields = { ...fields, ...(signature !== undefined && { Signature: signature }) };
    t.false(isSignedBy({ ...request, extFields }, "secret"));
  }
});
