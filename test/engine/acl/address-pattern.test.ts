import test from "ava";
import { addressTest } from "../../../engine/acl/address-pattern.js";

const cases: [pattern: string, inside: string[], outside: string[]][] = [
  ["", [], ["", "127.0.0.1"]],
  ["*", ["10.0.0.1", "::1"], []],
  ["*.*.*.*", ["10.0.0.1"], []],
  ["10.1.2.3", ["10.1.2.3"], ["10.1.2.30", "10.1.2"]],
  ["10.1.2.{3,4}", ["10.1.2.3", "10.1.2.4"], ["10.1.2.5", "10.1.3.3"]],
  ["10.1.2.3,10.1.2.9", ["10.1.2.3", "10.1.2.9"], ["10.1.2.4"]],
  ["10.1.1-9.*", ["10.1.1.0", "10.1.9.255"], ["10.1.10.1", "10.2.1.1", "::1"]],
  ["1050::5:{1,a}", ["1050:0:0:0:0:0:5:A", "1050::5:1"], ["1050::5:2"]],
  ["1050:0:0:0:0:5:1-20:*", ["1050::5:1f:1"], ["1050::5:21:1", "10.0.0.1"]],
];

for (const [pattern, inside, outside] of cases) {
  test(`the addresses ${JSON.stringify(pattern)} are told from others`, (t) => {
    const isMeant = addressTest(pattern);
    t.deepEqual(
      inside.filter((address) => !isMeant(address)),
      [],
    );
    t.deepEqual(outside.filter(isMeant), []);
  });
}

test("what is no pattern is refused", (t) => {
  for (const pattern of ["10.1.{2,3}.4", "10.1.2.1{2,3}", "10.1.*", "10.1.2.9-3", "localhost"]) {
    t.throws(() => addressTest(pattern), { message: /is no pattern of addresses/ }, pattern);
  }
});
