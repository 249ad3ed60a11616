import { UsageError } from "./exit-codes.js";
import type { Program } from "./help.js";
import { FORMATS } from "../output/formats.js";
import { optionSet } from "./option-set.js";

interface Completed {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly {
    readonly spellings: readonly string[];
    readonly description: string;
    readonly choices: readonly string[];
  }[];
}

const SHELLS: Readonly<
  Record<string, (program: string, commands: readonly Completed[]) => string>
> = { bash, zsh, fish };

/** A shell's completion of a program, made from its registry. */
export async function completionScript(
  program: Program,
  shell: string | undefined,
): Promise<string> {
  const script = SHELLS[shell ?? ""];
  if (script === undefined) {
    throw new UsageError(shell === undefined ? "which shell?" : `${shell} is not known`, {
      hint: `${program.name} completion ${Object.keys(SHELLS).join("|")}`,
    });
  }
  const commands = await Promise.all(
    program.commands.map(async (entry): Promise<Completed> => {
      const options = optionSet(await entry.load()).map(({ short, long, option }) => ({
        spellings: [short && `-${short}`, long && !long.includes(" ") && `--${long}`].filter(
          (one): one is string => typeof one === "string" && one !== "",
        ),
        description: option.shape.description,
        choices: option.traits.choices ?? [],
      }));
      return { name: entry.name, summary: entry.summary, options };
    }),
  );
  return script(program.name, commands);
}

/** Words that can stand first, with what they say. */
function firstWords(commands: readonly Completed[]): Map<string, string> {
  const words = new Map<string, string>();
  for (const { name, summary } of commands) {
    const [first = "", second] = name.split(" ");
    words.set(
      first,
      second === undefined ? summary : `${words.get(first) ?? "commands:"} ${second}`,
    );
  }
  return words;
}

/** Words that can stand second, by the first. */
function secondWords(commands: readonly Completed[]): Map<string, string[]> {
  const words = new Map<string, string[]>([["help", [...firstWords(commands).keys()]]]);
  for (const { name } of commands) {
    const [first = "", second] = name.split(" ");
    if (second !== undefined) words.set(first, [...(words.get(first) ?? []), second]);
  }
  return words;
}

function bash(program: string, commands: readonly Completed[]): string {
  const second = [...secondWords(commands)].map(
    ([first, words]) => `    ${first}) words=${quoted(words.join(" "))} ;;`,
  );
  const cases = commands.map(({ name, options }) => {
    const spellings = options.flatMap((one) => one.spellings).join(" ");
    return `      ${quoted(`${name} `)}*) words=${quoted(spellings)} ;;`;
  });
  return `# bash completion of ${program}: source <(${program} completion bash)
_${program}() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    words=${quoted([...firstWords(commands).keys(), "help", "completion"].join(" "))}
  elif [ "\${COMP_WORDS[COMP_CWORD-1]}" = --output ]; then
    words=${quoted(FORMATS.join(" "))}
  elif [ "\${word:0:1}" = - ]; then
    case "\${COMP_WORDS[*]:1} " in
${cases.join("\n")}
    esac
  elif [ "$COMP_CWORD" -eq 2 ]; then
    case "\${COMP_WORDS[1]}" in
${second.join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _${program} ${program}
`;
}

function zsh(program: string, commands: readonly Completed[]): string {
  const described = [...firstWords(commands)].map(
    ([word, says]) => `    ${quoted(`${word}:${says.replaceAll(":", " ")}`)}`,
  );
  const second = [...secondWords(commands)].map(
    ([first, words]) => `    ${first}) compadd -- ${words.join(" ")} ;;`,
  );
  const cases = commands.map(({ name, options }) => {
    const specs = options.flatMap(({ spellings, description, choices }) => {
      const says = description.replaceAll(/[[\]:]/g, " ");
      const value = choices.length === 0 ? "" : `:value:(${choices.join(" ")})`;
      return spellings.map((spelling) => quoted(`${spelling}[${says}]${value}`));
    });
    return `    ${quoted(`${name} `)}*) _arguments ${specs.join(" ")} '*:file:_files' ;;`;
  });
  return `#compdef ${program}
_${program}() {
  local -a commands
  commands=(
${described.join("\n")}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  if (( CURRENT == 3 )) && [[ $words[3] != -* ]]; then
    case $words[2] in
${second.join("\n")}
    esac
  fi
  case "\${words[2,-1]} " in
${cases.join("\n")}
  esac
}
compdef _${program} ${program}
`;
}

function fish(program: string, commands: readonly Completed[]): string {
  const lines = [`complete -c ${program} -f`];
  for (const [word, says] of firstWords(commands)) {
    lines.push(`complete -c ${program} -n __fish_use_subcommand -a ${word} -d ${quoted(says)}`);
  }
  for (const [first, words] of secondWords(commands)) {
    const here = quoted(`__fish_seen_subcommand_from ${first}`);
    lines.push(`complete -c ${program} -n ${here} -a ${quoted(words.join(" "))}`);
  }
  for (const { name, options } of commands) {
    const seen = name.split(" ").map((word) => `__fish_seen_subcommand_from ${word}`);
    for (const option of options) {
      lines.push(`complete -c ${program} -n ${quoted(seen.join("; and "))} ${fishOption(option)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

function fishOption({ spellings, description, choices }: Completed["options"][number]): string {
  const names = spellings.map((one) =>
    one.startsWith("--")
      ? `-l ${one.slice(2)}`
      : one.length === 2
        ? `-s ${one.slice(1)}`
        : `-o ${one.slice(1)}`,
  );
  const value = choices.length === 0 ? [] : ["-x", "-a", quoted(choices.join(" "))];
  return [...names, ...value, "-d", quoted(description)].join(" ");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
