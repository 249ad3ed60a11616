import test from "ava";
import { UnreachableError } from "../../../engine/base/errors.js";
import { ResponseError } from "../../../engine/remoting/response-error.js";
import { codeOf, explain, explainOne, explainSilence } from "../../../src/admin/explain.js";

const NAMESRV = ["127.0.0.1:9876"];

function refusal(address: string, code: number, remark: string): ResponseError {
  return new ResponseError({ code, remark, address, request: "GET_SOMETHING" });
}

test("a broker's refusal holds upstream's words and names the broker", (t) => {
  const error = explain(
    refusal("10.0.0.11:10911", 206, "the consumer group[g] not online"),
    NAMESRV,
  );
  t.like(error, { kind: "not-found", code: 206, broker: "10.0.0.11:10911" });
  t.regex(
    String(error),
    /CODE: 206 {2}DESC: the consumer group\[g\] not online BROKER: 10\.0\.0\.11:10911$/,
  );
  t.is(codeOf(error), 206);
});

test("a name server's refusal names no broker", (t) => {
  const error = explain(refusal("127.0.0.1:9876", 17, "No topic route info"), NAMESRV);
  t.like(error, { kind: "not-found", broker: undefined });
  t.regex(String(error), /CODE: 17 {2}DESC: No topic route info$/);
});

test("name servers that are not reached are named, in upstream's words too", (t) => {
  const error = explain(
    new UnreachableError("connect to 127.0.0.1:9876 failed", "127.0.0.1:9876"),
    NAMESRV,
  );
  t.like(error, { kind: "unreachable" });
  t.regex(String(error), /127\.0\.0\.1:9876.*connect to null failed/);
  const older = explain(
    new UnreachableError("connect to 127.0.0.1:9876 failed", "127.0.0.1:9876"),
    NAMESRV,
    { isBefore: (release) => release === "5.0.0" },
  );
  t.regex(String(older), /connect to \[127\.0\.0\.1:9876\] failed/);
});

test("a broker that is not reached keeps its own words", (t) => {
  const thrown = new UnreachableError("connect to 10.0.0.11:10911 failed", "10.0.0.11:10911");
  t.is(explain(thrown, NAMESRV), thrown);
});

test("anything else stays as it is", (t) => {
  const thrown = new Error("boom");
  t.is(explain(thrown, NAMESRV), thrown);
  t.is(codeOf(thrown), undefined);
});

test("a name server that was asked by its address is named in upstream's words", (t) => {
  const address = "127.0.0.1:9876";
  const error = explainOne(new UnreachableError(`connect to ${address} failed`, address), address);
  t.like(error, { kind: "unreachable", address });
  t.regex(String(error), /connect to 127\.0\.0\.1:9876 failed/);
});

test("silence may come from a server that is older than the request", (t) => {
  const address = "10.0.0.11:10911";
  const late = new UnreachableError(`wait response on the channel <${address}> timeout`, address);
  const young = { name: "POP_ROLLBACK", since: "5.3.4" };
  t.regex(String((explainSilence(late, young) as UnreachableError).hint), /known since 5\.3\.4/);
  t.is(explainSilence(late, { name: "GET_KV_CONFIG", since: undefined }), late);
  const refused = new UnreachableError(`connect to ${address} failed`, address);
  t.is(explainSilence(refused, young), refused);
});
