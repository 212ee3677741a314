/**
 * The rules: what each command does to a room, and who may give it. Pure functions over a draft. The append queue runs
 * them on every try, after it read the head, so that a command is authorised by the present state (D6, D9).
 */
import { noSuchRoom } from "../no_such_room.ts";
import type { AppendCommand, Rules } from "../command.ts";
import type { Key } from "../../store/keys.ts";
import { edit, message, react, remove } from "./messages.ts";
import { pin } from "./pins.ts";
import { mute, role } from "./members.ts";
import { deleteRoom, endEmpty } from "./room_end.ts";
import { join, leave, refuse, room, stay, trim } from "./rooms.ts";
import { adminOf, type Of, type Rule, type RuleOptions } from "./support.ts";

export function makeRules(options: RuleOptions): Rules {
  return {
    needs: (roomId, command) => [...ruleOf(command).needs(roomId, command), ...adminOf(command)],
    follows: (roomId, command, known) => ruleOf(command).follows?.(roomId, command, known) ?? NOTHING,
    apply(draft, command, suffix) {
      if (draft.room.deleted_at !== undefined) throw noSuchRoom(draft.roomId);
      return ruleOf(command).apply(draft, command, suffix, options);
    },
  };
}

const NOTHING: Key<unknown>[] = [];

const RULES: { [T in AppendCommand["type"]]: Rule<Of<T>> } = {
  message,
  edit,
  delete: remove,
  react,
  pin,
  refuse,
  join,
  leave,
  stay,
  role,
  mute,
  room,
  delete_room: deleteRoom,
  end_empty: endEmpty,
  trim,
};

function ruleOf(command: AppendCommand): Rule<AppendCommand> {
  // the table is keyed by the same union, which TypeScript cannot follow through an index
  return RULES[command.type] as Rule<AppendCommand>;
}
