import type { Command } from "commander";

/** Shells that a script can be made for. */
export type Shell = "bash" | "zsh" | "fish";

interface Level {
  /** The words that lead here, such as "kernel install"; "" for the program. */
  readonly path: string;
  readonly commands: readonly Command[];
  readonly options: readonly {
    readonly flag: string;
    readonly description: string;
    readonly choices: readonly string[];
  }[];
}

/** A script by which a shell completes a program's commands and options, generated from the program itself. */
export const completionScript = (program: Command, shell: Shell): string => {
  const levels = levelsOf(program, "");
  return shell === "fish" ? fishScript(program.name(), levels) : bashScript(program.name(), levels, shell);
};

const levelsOf = (command: Command, path: string): Level[] => {
  const options = command.options.map(({ long, short, description, argChoices }) => ({
    ...{ flag: long ?? short ?? "", description, choices: argChoices ?? [] },
  }));
  const inner = command.commands.flatMap((one) => levelsOf(one, `${path} ${one.name()}`.trim()));
  return [{ path, commands: command.commands, options }, ...inner];
};

const bashScript = (name: string, levels: readonly Level[], shell: "bash" | "zsh"): string => {
  const paths = levels.filter(({ path }) => path !== "").map(({ path }) => `"${path}"`);
  const words = levels.map(({ path, commands, options }) => {
    const own = [...commands.map((command) => command.name()), ...options.map(({ flag }) => flag), "--help"];
    return `    "${path}") words="${own.join(" ")}" ;;`;
  });
  const choices = levels.flatMap(({ path, options }) =>
    options
      .filter((option) => option.choices.length > 0)
      .map(({ flag, choices: own }) => `    "${path} ${flag}") words="${own.join(" ")}" ;;`),
  );
  return [
    ...(shell === "zsh" ? ["autoload -U +X bashcompinit && bashcompinit"] : []),
    `_${name}() {`,
    '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" path="" words="" word longer',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    '    longer="${path:+$path }$word"',
    `    case "$longer" in ${paths.join("|")}) path="$longer" ;; esac`,
    "  done",
    '  case "$path" in',
    ...words,
    "  esac",
    '  case "$path $previous" in',
    ...choices,
    "  esac",
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    "}",
    // Files where no word fits.
    `complete -o default -F _${name} ${name}`,
    "",
  ].join("\n");
};

const fishScript = (name: string, levels: readonly Level[]): string => {
  const quoted = (text: string) => `'${text.replace(/[\\']/g, "\\$&")}'`;
  const lines = levels.flatMap(({ path, commands, options }) => {
    const deeper = commands.map((command) => command.name()).join(" ");
    const here =
      path === ""
        ? ""
        : `${path
            .split(" ")
            .map((word) => `__fish_seen_subcommand_from ${word}`)
            .join("; and ")}`;
    const not = deeper && `not __fish_seen_subcommand_from ${deeper}`;
    const condition = quoted([here, not].filter(Boolean).join("; and "));
    return [
      ...commands.map(
        (command) => `complete -c ${name} -f -n ${condition} -a ${command.name()} -d ${quoted(command.description())}`,
      ),
      ...options.map(({ flag, description, choices }) => {
        const values = choices.length > 0 ? ` -xa ${quoted(choices.join(" "))}` : "";
        return `complete -c ${name} -n ${condition} -l ${flag.replace(/^-+/, "")} -d ${quoted(description)}${values}`;
      }),
    ];
  });
  return `${lines.join("\n")}\n`;
};
