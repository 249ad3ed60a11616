import { UsageError } from "./exit-codes.js";
import type { Program } from "./help.js";
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

function bash(program: string, commands: readonly Completed[]): string {
  const cases = commands.map(
    ({ name, options }) =>
      `    ${name}) words=${quoted(options.flatMap((one) => one.spellings).join(" "))} ;;`,
  );
  return `# bash completion of ${program}: source <(${program} completion bash)
_${program}() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  if [ "$COMP_CWORD" -eq 1 ] || { [ "$COMP_CWORD" -eq 2 ] && [ "$before" = help ]; }; then
    words=${quoted(commands.map(({ name }) => name).join(" "))}
  elif [ "$before" = --output ]; then
    words="plain table json jsonl yaml csv"
  elif [ "\${word:0:1}" = - ]; then
    case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _${program} ${program}
`;
}

function zsh(program: string, commands: readonly Completed[]): string {
  const described = commands.map(
    ({ name, summary }) => `    ${quoted(`${name}:${summary.replaceAll(":", " ")}`)}`,
  );
  const cases = commands.map(({ name, options }) => {
    const specs = options.flatMap(({ spellings, description, choices }) => {
      const says = description.replaceAll(/[[\]:]/g, " ");
      const value = choices.length === 0 ? "" : `:value:(${choices.join(" ")})`;
      return spellings.map((spelling) => quoted(`${spelling}[${says}]${value}`));
    });
    return `    ${name}) _arguments ${specs.join(" ")} '*:file:_files' ;;`;
  });
  return `#compdef ${program}
_${program}() {
  local -a commands
  commands=(
${described.join("\n")}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local name=$words[2]
  shift words; (( CURRENT-- ))
  case $name in
    help) _describe command commands ;;
${cases.join("\n")}
  esac
}
compdef _${program} ${program}
`;
}

function fish(program: string, commands: readonly Completed[]): string {
  const lines = [`complete -c ${program} -f`];
  for (const { name, summary, options } of commands) {
    lines.push(`complete -c ${program} -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`);
    for (const { spellings, description, choices } of options) {
      const names = spellings.map((one) =>
        one.startsWith("--") ? `-l ${one.slice(2)}` : `-s ${one.slice(1)}`,
      );
      const value = choices.length === 0 ? "" : ` -x -a ${quoted(choices.join(" "))}`;
      lines.push(
        `complete -c ${program} -n '__fish_seen_subcommand_from ${name}' ${names.join(" ")}${value} -d ${quoted(description)}`,
      );
    }
  }
  return `${lines.join("\n")}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
