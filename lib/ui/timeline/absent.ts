/** Finds people whom an own message mentions and who are not in its room, so were not notified. */
import type { ChatStore } from "../../client/store.ts";
import type { ChatMessage, User } from "../../protocol/model.ts";
import { callsIn, resolveName, spellingsOf } from "../../protocol/text/mentions.ts";

/** The most names that are looked up. */
const MOST = 3;

export async function absentFrom(store: ChatStore, message: ChatMessage): Promise<User[]> {
  const told = new Set(message.mentions?.map(({ username }) => username));
  const names = callsIn(message.content)?.names ?? [];
  const left = names.filter((name) =>
    resolveName(name, (one) => told.has(one) || one === message.username ? one : null) === null
  );
  const found = await Promise.all(left.slice(0, MOST).map((name) => lookUp(store, name)));
  return found.flatMap((user) => user ?? []);
}

/** "@ada." means Ada, unless there is a name with that full stop. */
async function lookUp(store: ChatStore, name: string): Promise<User | undefined> {
  for (const spelling of spellingsOf(name)) {
    const user = (await store.api.searchUsers(spelling)).find(({ username }) => username === spelling);
    if (user !== undefined) return user;
  }
  return undefined;
}
