/** The verbs of accounts, for the edges. */
export { initAccounts, needsSetupCode } from "../sign_in/setup_code.ts";
export { register, type RegisterInput, registerInput, setUp } from "../sign_in/registration.ts";
export {
  getMe,
  type Me,
  meOf,
  noSuchUser,
  type ProfileInput,
  profileInput,
  searchUsers,
  updateProfile,
} from "./profiles.ts";
export { changePassword, passwordInput, signInInput } from "../sign_in/sign_in.ts";
export { changeInvitation, createInvitation, invitationChanges, invitationInput } from "../sign_in/invitations.ts";
export { type ControlEntry, readControl, setDisabled } from "../sign_in/session_ends.ts";
