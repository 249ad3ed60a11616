import test from "ava";
import { javaProperties } from "../../../src/config/java-properties.js";

test("system properties are taken out of JAVA_OPT, quoted or not", (t) => {
  const text = `-server -Xmx1g -Da=1 -Dpath="/a b/c" '-Dq=x y' -Dempty= -Dnone "-Dlist=a=b"`;
  t.deepEqual(Object.fromEntries(javaProperties(text)), {
    a: "1",
    path: "/a b/c",
    q: "x y",
    empty: "",
    list: "a=b",
  });
  t.is(javaProperties(undefined).size, 0);
});
