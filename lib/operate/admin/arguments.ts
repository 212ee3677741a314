/** The command line of `deno task admin`. */
import { parseArgs } from "node:util";
import { messageOf } from "../../base/errors.ts";
import { COMMAND_NAMES, type CommandName, COMMANDS, type Options } from "./commands.ts";
import type { AdminRequest } from "./protocol.ts";

const VALUES: Record<keyof Options, string> = {
  after: " NAME",
  uses: " N",
  days: " N",
  reason: " TEXT",
  erase: "",
};

const WIDTH = 36;

export const HELP = `deno task admin <command>, on the machine of the server, running or not:

${[...COMMAND_NAMES.map(helpLine), `  ${"help".padEnd(WIDTH)}this`].join("\n")}

It finds the data as the server does: by DATA_DIR, KV_PATH or KV_URL, from the environment or .env.`;

function helpLine(name: CommandName): string {
  return `  ${usage(name).padEnd(WIDTH)}${COMMANDS[name].about}`;
}

function usage(name: CommandName): string {
  const { takes, options } = COMMANDS[name];
  const optional = options.map((option) => `[--${option}${VALUES[option]}]`);
  return [name, ...(takes === "" ? [] : [takes]), ...optional].join(" ");
}

/** Returns a string that says what is wrong, or undefined where help is asked for. */
export function parseCommand(args: string[]): AdminRequest | string | undefined {
  const read = parse(args);
  if (typeof read === "string") return read;
  const { positionals: [name, argument, ...rest], values: { help, ...values } } = read;
  if (help === true || name === undefined || name === "help") return undefined;
  const command = COMMAND_NAMES.find((known) => known === name);
  if (command === undefined) return `There is no command ${JSON.stringify(name)}.`;
  if (rest.length > 0) return `There is one argument too many: ${rest[0]}.`;
  const { takes, options } = COMMANDS[command];
  const foreign = Object.keys(values).find((option) => !options.some((own) => own === option));
  if (foreign !== undefined) return `${command} takes no --${foreign}.`;
  if (takes === "" && argument !== undefined) return `${command} takes no argument, such as ${argument}.`;
  if (takes !== "" && (argument === undefined || argument.length > 64)) {
    return `${command} needs a ${takes.toLowerCase().replace("_", " ")}.`;
  }
  const { uses, days, ...texts } = values;
  return {
    command,
    ...(argument === undefined ? {} : { argument }),
    ...texts,
    ...(uses === undefined ? {} : { uses: Number(uses) }),
    ...(days === undefined ? {} : { days: Number(days) }),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        after: { type: "string" },
        uses: { type: "string" },
        days: { type: "string" },
        reason: { type: "string" },
        erase: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    return `${messageOf(error)}.`;
  }
}
