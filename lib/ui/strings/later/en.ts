import "../../page/chat_page.tsx"; // see lazy.ts
export { en } from "../en.ts";
