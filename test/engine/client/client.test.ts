import test from "ava";
import { createClient } from "../../../engine/client/client.js";
import { getKvConfig } from "../../../engine/protocol/requests/get-kv-config.js";
import { startAnswering } from "../../support/answering-server.js";

test("a client wants a name server, unless it is told to do without", async (t) => {
  t.throws(() => createClient({ namesrv: " ; " }), { message: "no name server address" });
  const server = await startAnswering((dispatcher) =>
    dispatcher.register(getKvConfig, () => ({ header: { value: "black" } })),
  );
  const client = createClient({ namesrv: "", withoutNamesrv: true });
  await client.start();
  const key = { namespace: "tastes", key: "tea" };
  const answer = await client.remoting.call(server.address, getKvConfig, key);
  t.is(answer.header.value, "black");
  await t.throwsAsync(client.namesrv.call(getKvConfig, key), {
    message: "no name server address is set",
  });
  await client.stop();
  await server.stop();
});
