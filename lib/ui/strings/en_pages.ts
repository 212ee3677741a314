/** What the pages say that the server alone renders (sign-in, settings, errors), in English; no script carries it. */
export const enPages = {
  app: {
    description: "A calm place for a team to talk.",
  },
};

export type PageStrings = typeof enPages;
