import test from "ava";
import { Rehearsal, secretText } from "../../../src/admin/change.js";

test("what a rehearsal shows holds no passwords, wherever they are in a request", (t) => {
  const rehearsal = new Rehearsal();
  rehearsal.add({
    target: "broker 10.0.0.1:10911",
    request: "AUTH_CREATE_USER",
    code: 3001,
    fields: {
      username: "ann",
      secretKey: "hidden-1",
      body: { username: "ann", password: "hidden-2", more: [{ newPassword: "hidden-3" }] },
      text: "brokerIP1=10.0.0.1\ntls.server.keyPassword=hidden-4\nbrokerId=0\n",
      user: 'initAuthenticationUser={"username":"root","password":"hidden-7"}',
      count: 3,
    },
    before: { "tls.server.keyPassword": "hidden-5", password: secretText("old", "new") },
    after: { "tls.server.keyPassword": "hidden-6", password: secretText("new", "new") },
  });
  t.like(rehearsal.changes[0], {
    before: { "tls.server.keyPassword": "******", password: "another one" },
    after: { "tls.server.keyPassword": "******", password: "the given one" },
  });
  t.deepEqual(rehearsal.changes[0]?.fields, {
    username: "ann",
    secretKey: "******",
    body: { username: "ann", password: "******", more: [{ newPassword: "******" }] },
    text: "brokerIP1=10.0.0.1\ntls.server.keyPassword=******\nbrokerId=0\n",
    user: 'initAuthenticationUser={"username":"root","password":******',
    count: 3,
  });
});
