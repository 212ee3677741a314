/** A POST form that is authorised by the session cookie. */
import { createContext, type JSX } from "preact";
import { useContext } from "preact/hooks";

/**
 * The session's form token, provided on the server alone: in the browser scripts send requests, which carry an Origin.
 */
export const FormTokenContext = createContext("");

/** Adds the session's token, for browsers that send no Origin with a form (against CSRF). */
export function PostForm({ children, ...rest }: JSX.FormHTMLAttributes<HTMLFormElement>) {
  const token = useContext(FormTokenContext);
  return (
    <form method="post" {...rest}>
      {children}
      {/* Last: an island has no token, and hydration finds the elements before it by their position. */}
      {token !== "" && <input type="hidden" name="form_token" value={token} />}
    </form>
  );
}
