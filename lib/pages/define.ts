import { createDefine } from "fresh";
import type { State } from "./app_state.ts";

/** Fresh's helpers with this app's State. */
export const define = createDefine<State>();
