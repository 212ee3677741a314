/** Who may come in, as administrators choose it. */
export const REGISTRATIONS = ["open", "invite", "closed"] as const;
/** Who may make an account: anybody, people with an invitation, nobody. */
export type Registration = typeof REGISTRATIONS[number];

export const INVITERS = ["admins", "everyone"] as const;
export type Inviters = typeof INVITERS[number];
