import test from "ava";
import { createHmac } from "node:crypto";
import { sign } from "../../../src/admin/sign.js";

test("a request is signed over its field values by name, then its body", (t) => {
  const request = {
    extFields: { topic: "t", b: "2" } as Record<string, string>,
    body: Buffer.from("body"),
  };
  sign(request, { accessKey: "key", secretKey: "secret" });
  const expected = createHmac("sha1", "secret").update("key2tbody").digest("base64");
  t.is(request.extFields["AccessKey"], "key");
  t.is(request.extFields["Signature"], expected);
});

test("signing again with a token gives a signature that covers it, not the old one", (t) => {
  const request = { extFields: {} as Record<string, string> };
  sign(request, { accessKey: "k", secretKey: "s" });
  sign(request, { accessKey: "k", secretKey: "s", securityToken: "tok" });
  t.is(request.extFields["Signature"], createHmac("sha1", "s").update("ktok").digest("base64"));
});

test("a body in parts is signed as one", (t) => {
  const parts = {
    extFields: {} as Record<string, string>,
    body: [Buffer.from("bo"), Buffer.from("dy")],
  };
  const whole = { extFields: {} as Record<string, string>, body: Buffer.from("body") };
  for (const request of [parts, whole]) sign(request, { accessKey: "k", secretKey: "s" });
  t.is(parts.extFields["Signature"], whole.extFields["Signature"]);
});
