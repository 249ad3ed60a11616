import test from "ava";
import { coldDataText } from "../../../src/admin/cold-data.js";
import { secondsText } from "../../../src/admin/java-text.js";

const CREATED = 1_758_273_941_000;
const READ = 1_758_273_951_000;
const CONTROL = {
  globalAcc: 5,
  cgColdReadThreshold: 3_145_728,
  configTable: { billing: 1000 },
  globalColdReadThreshold: 104_857_600,
  runtimeTable: {
    billing: { coldAcc: 5, createTimeMills: CREATED, lastColdReadTimeMills: READ },
  },
};

test("members that are replaced stand at the end", (t) => {
  t.is(
    coldDataText(CONTROL, { inHashOrder: false }),
    `{
	"globalAcc":5,
	"cgColdReadThreshold":3145728,
	"configTable":{
		"billing":1000
	},
	"globalColdReadThreshold":104857600,
	"runtimeTable":{
		"billing":{
			"coldAcc":5,
			"lastColdReadTimeFormat":"${secondsText(READ)}",
			"createTimeFormat":"${secondsText(CREATED)}"
		}
	}
}`,
  );
});

test("older releases write them in the order of a hash table", (t) => {
  const keys = [...coldDataText(CONTROL, { inHashOrder: true }).matchAll(/"(\w+)":/g)];
  t.deepEqual(keys.map(([, key]) => key).slice(0, 3), [
    "globalAcc",
    "cgColdReadThreshold",
    "configTable",
  ]);
});
