import test from "ava";
import {
  alterAttributes,
  parseAttributes,
  topicAttributes,
} from "../../../../engine/broker/processors/admin/attributes.js";

test("a modification is a list of +key=value and -key", (t) => {
  t.deepEqual(parseAttributes("+message.type=FIFO,-reserve.time"), {
    "+message.type": "FIFO",
    "-reserve.time": "",
  });
  t.deepEqual(parseAttributes(undefined), {});
  t.deepEqual(parseAttributes("+a=b=c,"), { "+a": "b" });
});

const refused = test.macro({
  exec(t, modification: string, message: string) {
    t.throws(
      () =>
        alterAttributes(topicAttributes, { "message.type": "FIFO" }, parseAttributes(modification)),
      {
        message,
      },
    );
  },
  title: (_, modification: string) => `"${modification}" is refused in upstream's words`,
});

test(refused, "message.type=FIFO", "add/alter attribute format is wrong: message.type");
test(refused, "message.type", "delete attribute format is wrong: message.type");
test(refused, "+a=1,+a=2", "key duplication: +a");
test(refused, "+a=", "Index 1 out of bounds for length 1");
test(refused, "+a=1", "unsupported key: a");
test(refused, "+toString=1", "unsupported key: toString");
test(
  refused,
  "+queue.type=BatchCQ",
  "attempt to update an unchangeable attribute. key: queue.type",
);
test(refused, "-reserve.time", "attempt to delete a nonexistent key: reserve.time");
test(refused, "+message.type=FIFO,-message.type", "alter duplication key. key: message.type");
test(refused, "++=1", "kv string format wrong.");
test(refused, "+reserve.time=-2", "value is not in range(-1, 9223372036854775807)");
test(
  refused,
  "+message.type=OTHER",
  "value is not in set: [UNSPECIFIED, NORMAL, FIFO, DELAY, TRANSACTION, MIXED]",
);

test("attributes are added, changed and deleted", (t) => {
  const alter = (stored: Record<string, string> | undefined, modification: string) =>
    alterAttributes(topicAttributes, stored, parseAttributes(modification));
  t.deepEqual(alter(undefined, "+queue.type=SimpleCQ,+message.type=DELAY"), {
    "queue.type": "SimpleCQ",
    "message.type": "DELAY",
  });
  t.deepEqual(alter({ "message.type": "DELAY" }, "+message.type=FIFO,+reserve.time=7"), {
    "message.type": "FIFO",
    "reserve.time": "7",
  });
  t.deepEqual(alter({ "message.type": "DELAY" }, "-message.type"), {});
  t.throws(() => alter(undefined, "-message.type"), {
    message: "only add attribute is supported while creating topic. key: message.type",
  });
});
