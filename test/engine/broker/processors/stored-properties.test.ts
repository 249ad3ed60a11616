import test from "ava";
import {
  brokerProperties,
  readProperties,
  storedProperties,
} from "../../../../engine/broker/processors/stored-properties.js";
import { brokerRelease } from "../../../../engine/broker/release.js";
import { decodeProperties, encodeProperties } from "../../../../engine/message/properties.js";

const release = brokerRelease("5.3.3");
const config = { regionId: "R", traceOn: true, brokerClusterName: "C" };
const broker = brokerProperties(config, release);
const read = (text: string) => readProperties(text, release.ownProperties);
const added: [string, string][] = [
  ["MSG_REGION", "R"],
  ["TRACE_ON", "true"],
  ["CLUSTER", "C"],
];
const stored = (given: [string, string][]) =>
  decodeProperties(storedProperties(read(encodeProperties(given)), broker));

test("the broker's properties stand behind the client's, and replace those a client sets itself", (t) => {
  t.deepEqual(
    [
      ...stored([
        ["KEYS", "k"],
        ["WAIT", "false"],
      ]),
    ],
    [["KEYS", "k"], ["WAIT", "false"], ...added],
  );
  t.deepEqual(
    [
      ...stored([
        ["CLUSTER", "x"],
        ["a", "1"],
        ["POP_CK", "y"],
        ["b", "2"],
        ["TRACE_ON", "z"],
      ]),
    ],
    [["a", "1"], ["b", "2"], ...added],
  );
});

test("a text without its last separator is joined properly, and an id is added when one was made", (t) => {
  const text = storedProperties(read("KEYS\u0001k"), broker, "ID");
  t.deepEqual([...decodeProperties(text)], [["KEYS", "k"], ...added, ["UNIQ_KEY", "ID"]]);
});

test("what the broker must know is found", (t) => {
  const found = read(
    encodeProperties([
      ["UNIQ_KEY", "U"],
      ["WAIT", "FALSE"],
      ["DELAY", "3"],
      ["TRAN_MSG", "true"],
      ["TIMER_DELAY_SEC", "1"],
    ]),
  );
  t.like(found, { uniqKey: "U", wait: false, delay: "3", isTransaction: true, isTimed: true });
  t.like(read(""), {
    uniqKey: undefined,
    wait: true,
    delay: undefined,
    isTransaction: false,
  });
});
