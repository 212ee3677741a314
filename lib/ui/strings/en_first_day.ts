/** English: setting the server up, being invited, and the team's own page of the administration. */
import { isolated } from "../../protocol/text/bidi.ts";
import { counter } from "./plural.ts";

const count = counter("en-GB");

export const enFirstDay = {
  setUp: {
    title: "Set up",
    sentence: "You will administer this server: you name it, invite people, and can change everything later.",
    team: "Your team’s name",
    teamHint: "People see it when they sign in. You can change it later.",
    name: "Your name",
    nameHint: "What others see, in any script",
    usernameHint: "You sign in with it: small letters, digits, and _ . -",
    code: "Set-up code",
    codeHint:
      "It shows that this server is yours. It is in the server’s log, in the line “Register the first account with the set-up code …”.",
    where: "Where is the log?",
    inTerminal: "In a terminal",
    inTerminalHow: "Scroll up to where the server started.",
    inDocker: "With Docker",
    inService: "As a service",
    inDeploy: "On Deno Deploy",
    inDeployHow: "Open the app’s Logs and search for “set-up”.",
    submit: "Set up",
  },

  joining: {
    heading: (team: string) => isolated`Join ${team}`,
    invitedBy: (name: string, team: string) => isolated`${name} invites you to ${team}.`,
    invited: (team: string) => isolated`You are invited to ${team}.`,
    usedUp: "This invitation is used up: as many people came by it as it was for.",
    expired: "This invitation has run out.",
    revoked: "This invitation was taken back.",
    unknown: "This invitation does not exist, or ended long ago. Check that the link is complete.",
    ask: (name: string, username: string) => isolated`Ask ${name} (@${username}) for a new one.`,
    askAdmin: "Ask an administrator of this server for a new one.",
    anyway: "You do not need one: anybody can make an account here.",
    closed: "Nobody can make an account here now. Ask an administrator of this server.",
    byInvitation: "You need an invitation: a link from somebody who is already here, or its code.",
  },

  team: {
    title: "Your team",
    name: "Name",
    nameHint: "It stands in the title of each page, at the sign-in and in invitations.",
    save: "Save",
    picture: "Picture",
    choose: "Choose a picture…",
    remove: "Remove picture",
    failed: "That picture could not be used. Try another one.",
    joining: "Who may come in",
    registration: "Who may make an account?",
    registrations: {
      open: { label: "Anybody who has the address", hint: "Good where only your own people can reach this server." },
      invite: { label: "Only people with an invitation", hint: "A link that somebody here sends them." },
      closed: { label: "Nobody", hint: "Everybody who should be here is here. Invitations do not work meanwhile." },
    },
    locked: "The server’s environment decides this (REGISTRATION), so it cannot be changed here.",
    inviting: "Who may invite?",
    invitings: {
      admins: { label: "Administrators", hint: "Others ask one of them." },
      everyone: { label: "Everybody who is here", hint: "At most 20 open invitations each, of at most 30 days." },
    },
  },

  invitations: {
    cameBy: (names: string) => isolated`Came by it: ${names}`,
    nobodyCame: "Nobody came by it yet.",
    madeBy: (name: string) => isolated`by ${name}`,
    qr: "QR code",
    afterBan: (n: number) =>
      count(n, {
        one: "An invitation can still be used. Who was sent away may know it, and could come back with another name.",
        other:
          "# invitations can still be used. Who was sent away may know one, and could come back with another name.",
      }),
    revokeAll: "Revoke all of them",
    keep: "Keep them",
  },
};
