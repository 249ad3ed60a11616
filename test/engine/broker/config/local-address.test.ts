import test from "ava";
import { localAddress } from "../../../../engine/broker/config/local-address.js";

const four = (address: string, internal = false) => ({ family: "IPv4", address, internal });
const six = (address: string) => ({ family: "IPv6", address, internal: false });
const none = (): boolean => false;

test("the first public IPv4 address wins", (t) => {
  t.is(
    localAddress(none, { a: [four("10.0.0.1")], b: [four("8.1.2.3")], c: [four("9.1.2.3")] }),
    "8.1.2.3",
  );
});

test("without a public one it is the last private one", (t) => {
  t.is(
    localAddress(none, { a: [four("10.0.0.1")], b: [four("192.168.1.2"), six("2001:db8::1")] }),
    "192.168.1.2",
  );
});

test("bridges and loopback do not count", (t) => {
  const interfaces = {
    lo: [four("127.0.0.1", true)],
    docker0: [four("172.17.0.1")],
    eth0: [four("10.0.0.9")],
  };
  t.is(
    localAddress((name) => name === "docker0", interfaces),
    "10.0.0.9",
  );
});

test("without IPv4 it is a routed IPv6 address, and without any address this machine", (t) => {
  t.is(localAddress(none, { a: [six("fe80::1")], b: [six("2001:db8::1")] }), "2001:db8::1");
  t.is(localAddress(none, {}), "127.0.0.1");
});
