import "./chat_page.tsx"; // see lazy.ts
export { Api } from "../../client/connection/api.ts";
