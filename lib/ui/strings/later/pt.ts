import "../../page/chat_page.tsx"; // see lazy.ts
export { pt } from "../pt.ts";
