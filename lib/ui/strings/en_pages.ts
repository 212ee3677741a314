/** What the pages say that the server alone renders (sign-in, settings, errors), in English; no script carries it. */

export const enPages = {
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
  },

  register: {
    heading: "Join Parley",
    sentence: "Pick a name, and you are in.",
    first: "You are the first one here, and will look after this server.",
    closed: "This server takes no new accounts. Ask the person who runs it for one.",
    already: "Already have an account?",
    usernameHint: "Small letters, digits, and _ . -",
    displayName: "Display name (optional)",
    displayNameHint: "What others see, in any script",
    passwordHint: (least: number) => `At least ${least} characters`,
    setupCode: "Set-up code",
    setupCodeHint: "The server printed it in its log when it started",
    invitation: "Invitation code",
    invitationHint: "Ask someone who is already here",
    submit: "Create account",
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
    colorNumber: (n: number) => `Colour ${n}`,
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
    hint: (least: number) => `At least ${least} characters. Your other sessions are signed out.`,
    change: "Change password",
  },

  sessions: {
    title: "Where you are signed in",
    end: "Sign out",
    endOf: (device: string) => `Sign out ${device}`,
    endOthers: "Sign out everywhere else",
    thisBrowser: "This browser",
    lastUsed: (time: string) => `Last used ${time}`,
    apiClient: "API client",
    browserOn: (browser: string, system: string) => `${browser} on ${system}`,
    unknownDevice: "Unknown device",
  },
};

export type PageStrings = typeof enPages;
