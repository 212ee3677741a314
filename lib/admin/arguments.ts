/** The command line of `deno task admin`. */
import { messageOf } from "../errors.ts";
import { parseArgs } from "node:util";
import type { AdminRequest } from "./protocol.ts";

export const HELP = `deno task admin <command>, on the machine of the server, running or not:

  users [--after NAME]            lists accounts, 100 at a time
  make-admin USERNAME             makes an account an administrator
  reset-password USERNAME         gives it a new random password and ends its sessions
  disable USERNAME                ends its sessions; it cannot sign in
  enable USERNAME                 lets it sign in again
  invite [--uses N] [--days N]    makes a code for new accounts: 1 account, 7 days
  help                            this

It finds the data as the server does: by DATA_DIR, KV_PATH or KV_URL, from the environment or .env.`;

/** A string says what is wrong; undefined asks for help. */
export function parseCommand(args: string[]): AdminRequest | string | undefined {
  const read = parse(args);
  if (typeof read === "string") return read;
  const { positionals: [command, username, ...rest], values: { after, uses, days, help } } = read;
  if (help === true || command === undefined || command === "help") return undefined;
  if (rest.length > 0) return `There is one argument too many: ${rest[0]}.`;
  const given = Object.keys(read.values).filter((name) => !(OPTIONS[command] ?? []).includes(name));
  if (command in OPTIONS && given.length > 0) return `${command} takes no --${given[0]}.`;
  switch (command) {
    case "make-admin":
    case "reset-password":
    case "disable":
    case "enable":
      return username === undefined || username.length > 64 ? `${command} needs a username.` : { command, username };
    case "invite":
      if (username !== undefined) return "invite takes no username: whoever has the code may use it.";
      return {
        command,
        ...(uses === undefined ? {} : { uses: Number(uses) }),
        ...(days === undefined ? {} : { days: Number(days) }),
      };
    case "users":
      if (username !== undefined) return `users takes no argument; did you mean --after ${username}?`;
      if (after !== undefined && after.length > 64) return "--after needs a username.";
      return { command, ...(after === undefined ? {} : { after }) };
    default:
      return `There is no command ${JSON.stringify(command)}.`;
  }
}

const OPTIONS: Record<string, string[]> = {
  "make-admin": [],
  "reset-password": [],
  disable: [],
  enable: [],
  invite: ["uses", "days"],
  users: ["after"],
};

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        after: { type: "string" },
        uses: { type: "string" },
        days: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    return `${messageOf(error)}.`;
  }
}
