import "../../page/chat_page.tsx"; // see lazy.ts
export { enParts } from "../en_parts.ts";
