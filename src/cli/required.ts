import type { AnyCommand } from "./define-command.js";
import { UsageError } from "./exit-codes.js";
import { exclusiveGroups, optionSet } from "./option-set.js";
import type { AnyOption } from "./options.js";

/** Says what is missing, in upstream's words and in its order: that of declaration, a group where its first option is. */
export function checkRequired(
  command: AnyCommand,
  given: readonly { readonly key: string; readonly isCommon: boolean }[],
): void {
  const there = new Set(given.filter((one) => !one.isCommon).map((one) => one.key));
  const missing: string[] = [];
  const missed: string[] = [];
  for (const { key, option, isCommon } of optionSet(command)) {
    if (isCommon) {
      // name servers may be known from elsewhere: named only beside what is missing anyway
      if (option.traits.isRequired === true && !given.some((one) => one.key === key))
        missed.push(nameOf(option));
      continue;
    }
    const group = exclusiveGroups(command).find(({ options }) => options.includes(key));
    if (group === undefined) {
      if (option.traits.isRequired === true && !there.has(key)) missing.push(nameOf(option));
    } else if (group.required === true && group.options[0] === key) {
      if (!group.options.some((one) => there.has(one)))
        missing.push(groupText(command, group.options));
    }
  }
  if (missing.length === 0) return;
  missing.push(...missed);
  throw new UsageError(
    `Missing required option${missing.length === 1 ? "" : "s"}: ${missing.join(", ")}`,
    {
      showHelp: true,
    },
  );
}

function nameOf(option: AnyOption): string {
  return option.shape.short ?? option.shape.long ?? "";
}

function groupText(command: AnyCommand, keys: readonly string[]): string {
  const options = command.options as Record<string, AnyOption>;
  const items = keys.map((key) => {
    const option = options[key];
    if (option === undefined) return key;
    const { short, long, description } = option.shape;
    return `${short === undefined ? `--${long ?? ""}` : `-${short}`} ${description}`;
  });
  return `[${items.join(", ")}]`;
}
