import test from "ava";
import type { Cell } from "../../../src/cli/define-command.js";
import { headerFormatOf, printf } from "../../../src/output/printf.js";

const formats = test.macro({
  exec: (t, format: string, values: readonly Cell[], text: string) => {
    t.is(printf(format, ...values), text);
  },
  title: (_given, format: string, values: readonly Cell[]) =>
    `${format} of ${values.map(String).join(", ")} is formatted as Java does`,
});

test(formats, "%-6s|%6s|%s", ["a", "b", "c"], "a     |     b|c");
test(formats, "%-3s|", ["longer"], "longer|");
test(formats, "%-5d|%5d|%05d|%03d", [42, -42, -42, 7], "42   |  -42|-0042|007");
test(formats, "%d", [9223372036854775807n], "9223372036854775807");
test(formats, "%s %d", [null, undefined], "null null");
test(formats, "%.2f|%8.2f|%-8.2f|%.0f", [0.125, 1.005, 2.5, 0.5], "0.13|    1.01|2.50    |1");
test(formats, "%.2f %.2f %.3f", [1e-7, 1e21, -0.0005], "0.00 1000000000000000000000.00 -0.001");
test(formats, "%f %.1f", [Number.NaN, Number.POSITIVE_INFINITY], "NaN Infinity");
test(formats, "%b 100%%%n", [true], "true 100%\n");

test("a header's format is the row's with every conversion as text", (t) => {
  t.is(headerFormatOf("%-32s  %-4d  %9.2f %03d"), "%-32s  %-4s  %9s %3s");
});
