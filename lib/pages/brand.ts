import type { Chat } from "../chat/chat.ts";
import { DEFAULT_NAME } from "../chat/server_info.ts";
import type { State } from "./app_state.ts";

/** The server's name and picture, as every page shows them. */
export async function brandOf(chat: Chat): Promise<State["brand"]> {
  const { name = DEFAULT_NAME, picture } = await chat.server.read();
  return { name, picture: picture?.id ?? null };
}
