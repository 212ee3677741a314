/** What the pages say that the server alone renders, in Portuguese. */
import type { PageStrings } from "./en_pages.ts";

export const ptPages: PageStrings = {
  app: {
    description: "Um lugar calmo para a equipe conversar.",
  },
};
