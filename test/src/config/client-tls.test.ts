import { resolve } from "node:path";
import test from "ava";
import { clientTls, tlsSettings } from "../../../src/config/client-tls.js";

const file = (name: string): string => resolve("test/fixtures/tls", name);

test("in JAVA_OPT TLS is for those who ask for it", (t) => {
  t.is(clientTls("-Dtls.client.authServer=true"), undefined);
  t.like(clientTls("-Dtls.enable=true -Dtls.test.mode.enable=false -Dtls.client.authServer=true"), {
    enable: true,
    testMode: false,
    authServer: true,
  });
});

test("servers are checked as soon as authorities are named", (t) => {
  t.like(tlsSettings({}, undefined), { enable: true, testMode: true, authServer: false });
  t.like(tlsSettings({ tlsCa: file("ca.pem") }, undefined), {
    enable: true,
    testMode: false,
    authServer: true,
    trustCertPath: file("ca.pem"),
  });
});

test("what is given replaces only what it is about", (t) => {
  const before = clientTls(
    `-Dtls.enable=true -Dtls.client.certPath=${file("client.pem")} -Dtls.client.keyPath=${file("client.key")}`,
  );
  t.like(tlsSettings({ tlsCa: file("ca.pem") }, before), {
    certPath: file("client.pem"),
    keyPath: file("client.key"),
    trustCertPath: file("ca.pem"),
  });
});

test("files that are missing or something else, and a certificate without its key, are usage errors", (t) => {
  const missing = t.throws(() => tlsSettings({ tlsCa: "/no/such.pem" }, undefined));
  t.like(missing, { kind: "usage", message: "--tls-ca: /no/such.pem does not exist" });
  const wrong = t.throws(() => tlsSettings({ tlsCa: file("client.key") }, undefined));
  t.is(wrong.message, `--tls-ca: there is no certificate in ${file("client.key")}`);
  const half = t.throws(() => tlsSettings({ tlsCert: file("client.pem") }, undefined));
  t.like(half, { kind: "usage", message: "--tls-cert and --tls-key go together" });
});
