import "../../page/chat_page.tsx"; // see lazy.ts
export { ptParts } from "../pt_parts.ts";
