/** The English texts of pages that the server alone renders (sign-in, settings, errors); no script contains them. */
import { isolated } from "../../protocol/text/bidi.ts";
import { enFirstDay } from "./en_first_day.ts";
import { counter } from "./plural.ts";

const count = counter("en-GB");

export const enPages = {
  ...enFirstDay,
  app: {
    description: "A calm place for a team to talk.",
    /** A link out of settings and errors. */
    back: "Back to the conversation",
  },

  account: {
    username: "Username",
    displayName: "Display name",
    password: "Password",
  },

  login: {
    title: "Sign in",
    sentence: "A calm place for your team to talk.",
    newHere: "New here?",
    register: "Create an account",
    submit: "Sign in",
    forgot: "Forgot your password?",
  },

  register: {
    sentence: "Pick a name, and you are in.",
    already: "Already have an account?",
    usernameHint: "Small letters, digits, and _ . -",
    displayName: "Display name (optional)",
    displayNameHint: "What others see, in any script",
    passwordHint: (least: number) => isolated`At least ${least} characters`,
    setupCode: "Set-up code",
    setupCodeHint: "The server printed it in its log when it started",
    invitation: "Invitation code",
    invitationHint: "Ask someone who is already here",
    submit: "Create account",
  },

  recover: {
    title: "Forgot your password?",
    sentence: "A recovery code gives you a new one. Without a code, ask the administrator.",
    code: "Recovery code",
    codeHint: "One of the ten that the settings gave you; each works once",
    newPassword: "New password",
    passwordHint: (least: number) => isolated`At least ${least} characters. You are signed out everywhere.`,
    submit: "Set the new password",
    done: "Your new password holds. Sign in with it.",
  },

  recovery: {
    title: "Recovery codes",
    about: "Each gives you a new password once, should you forget yours. Keep them where only you find them.",
    left: (n: number) => n === 0 ? "You have none." : count(n, { one: "You have # left.", other: "You have # left." }),
    once: "These are your codes. They are shown this once; earlier ones do not work any more.",
    make: "Make recovery codes",
    again: "Make new ones",
  },

  deletion: {
    title: "Delete account",
    about:
      "You are signed out everywhere and leave your rooms. Your name stays taken, so that nobody can pass for you.",
    ask: "Delete my account…",
    erase: "Erase all that I wrote, too; otherwise it stays under “Deleted user”",
    sure: "I am sure: this cannot be undone",
    submit: "Delete my account",
  },

  admin: {
    title: "Administration",
    link: "Administration",
    sections: {
      overview: "Overview",
      users: "People",
      rooms: "Rooms",
      team: "Your team",
      invitations: "Invitations",
      reports: "Reports",
      audit: "Audit log",
    },
    done: "Done.",
    more: "Show more",
    now: "Now",
    nowHint: "Of all isolates of this process. Collectors read more at /metrics.",
    figures: {
      sockets: "Sockets",
      users: "People connected",
      rooms: "Rooms followed",
      events: "Events a second",
      memory: "Memory",
      uptime: "Running for",
      isolates: "Isolates",
      errors: "Store errors",
    },
    hours: (n: number) =>
      n < 48
        ? isolated`${n.toLocaleString("en-GB", { maximumFractionDigits: 1 })} h`
        : isolated`${Math.round(n / 24)} days`,
    limits: "Limits",
    limitsHint: "The settings in force. They come from the environment and hold from the start of the server.",
    findPerson: "Find a person",
    find: "Find",
    nobody: "Nobody here goes by that name.",
    newPassword: (name: string) =>
      isolated`The new password of @${name}, shown this once. Its recovery codes do not work any more:`,
    since: (time: string) => isolated`Here since ${time}`,
    manage: "Manage",
    reason: "Reason",
    eraseToo: "Erase their messages too",
    sure: "Yes, for good",
    marks: { admin: "administrator", disabled: "disabled", private: "private", readOnly: "read-only", empty: "empty" },
    roomsHint: "Names, numbers and rules alone: what is said in a room is for its members.",
    endsAt: (day: string) => isolated`Nobody is in it; deleted on ${day}, unless somebody gets it`,
    newOwner: "Username",
    noRooms: "There are no rooms.",
    roomFigures: (members: number, messages: number) =>
      isolated`${count(members, { one: "# member", other: "# members" })} · ${
        count(messages, { one: "# message", other: "# messages" })
      }`,
    kept: (days: number) => count(days, { one: "kept for # day", other: "kept for # days" }),
    days: "Days",
    uses: "Accounts",
    noInvitations: "No invitation can be used now. Make one above.",
    invitation: (uses: number, until: string) =>
      isolated`${count(uses, { one: "# account", other: "# accounts" })} until ${until}`,
    noReports: "No report is open. All is calm.",
    reportedBy: (name: string, time: string) => isolated`@${name}, ${time}`,
    direct: "a direct conversation",
    gone: "The message was deleted.",
    auditHint: "Who did what. Entries are only ever added.",
    noAudit: "Nothing was done yet.",
    download: "Download",
    operator: "The operator",
    server: "The server",
    acts: {
      assign: "Give it an owner",
      enable: "Enable",
      disable: "Disable",
      reset: "Reset password",
      signOut: "Sign out everywhere",
      makeAdmin: "Make administrator",
      revokeAdmin: "Take the role away",
      deleteAccount: "Delete account",
      retention: "Set retention (0: as the server has it)",
      readOnly: "Make read-only",
      openRoom: "Let everyone write",
      deleteRoom: "Delete room",
      invite: "Make an invitation",
      revoke: "Revoke",
      dismiss: "Dismiss",
      remove: "Remove message",
      mute: "Mute for a day",
      ban: "Ban from the room",
    },
    audit: {
      message_removed: "removed a message",
      member_removed: "removed a member",
      member_banned: "banned from a room",
      member_unbanned: "lifted a ban",
      member_muted: "muted",
      member_unmuted: "lifted a mute",
      role_changed: "gave a role",
      room_changed: "changed a room",
      room_deleted: "deleted a room",
      report_handled: "dealt with a report",
      account_disabled: "disabled an account",
      account_enabled: "enabled an account",
      account_deleted: "deleted an account",
      admin_granted: "made an administrator",
      admin_revoked: "took the role of administrator away",
      password_reset: "reset a password",
      sessions_ended: "signed out everywhere",
      recovery_codes_made: "made recovery codes",
      account_recovered: "used a recovery code",
      invitation_made: "made an invitation",
      invitation_changed: "changed an invitation",
      server_changed: "changed the server’s name or rules",
      phone_signed_in: "signed a phone in",
      invitation_revoked: "revoked an invitation",
    },
  },

  errors: {
    refused: "That did not work",
    notFound: { title: "Nothing here", message: "This page was removed, or the address has a slip in it." },
    foreign: { title: "Not from here", message: "Open the page on this site itself and send the form again." },
    method: { title: "Not that way", message: "This address does not take that kind of request." },
    broken: {
      title: "Something broke",
      message: "The fault is ours. Nothing you sent before is lost; try again in a moment.",
    },
  },

  settings: {
    title: "Settings",
    signOut: "Sign out of this browser",
    done: {
      profile: "Saved. This is how others see you now.",
      appearance: "Saved.",
      password: "Your password is changed, and your other sessions are signed out.",
      sessions: "Signed out there.",
      blocked: "Unblocked.",
    },
  },

  archive: {
    newer: "Newer messages",
  },

  blocked: {
    title: "Blocked people",
    none: "Nobody. To block somebody, open their profile from the people of a room.",
    unblock: "Unblock",
  },

  profile: {
    title: "Profile",
    color: "Colour",
    colorNumber: (n: number) => isolated`Colour ${n}`,
    save: "Save profile",
    choosePicture: "Choose a picture…",
    removePicture: "Remove picture",
    pictureFailed: "That picture could not be used. Try another one.",
  },

  appearance: {
    title: "Appearance",
    theme: "Theme",
    themes: {
      system: { label: "System", hint: "As this device is set" },
      light: { label: "Light", hint: "Warm paper" },
      dark: { label: "Dark", hint: "Warm night" },
    },
    density: "Density",
    densities: {
      comfortable: { label: "Comfortable", hint: "Room to breathe" },
      compact: { label: "Compact", hint: "More on the screen" },
    },
    language: "Language",
    languageAuto: "As the browser asks",
    time: "Times",
    times: { auto: "As the language writes them", 12: "12 hours (2:05 pm)", 24: "24 hours (14:05)" },
    save: "Save appearance",
    saved: "Saved on all your devices.",
    failed: "That could not be saved. Check the connection and choose again.",
  },

  password: {
    current: "Current password",
    new: "New password",
    hint: (least: number) => isolated`At least ${least} characters. Your other sessions are signed out.`,
    change: "Change password",
  },

  sessions: {
    title: "Where you are signed in",
    end: "Sign out",
    endOf: (device: string) => isolated`Sign out ${device}`,
    endOthers: "Sign out everywhere else",
    thisBrowser: "This browser",
    lastUsed: (time: string) => isolated`Last used ${time}`,
    apiClient: "API client",
    browserOn: (browser: string, system: string) => isolated`${browser} on ${system}`,
    unknownDevice: "Unknown device",
  },

  joinPage: {
    joinRoom: (room: string) => isolated`Join ${room}`,
    about: "A public room. Join it to read what was said and to take part.",
    notNow: "Not now",
  },

  quota: {
    title: "Your files",
    used: (used: string, most: string) => isolated`${used} of ${most} are used`,
    hint: "Deleting a message with files gives their room back.",
  },
};

export type PageStrings = typeof enPages;
