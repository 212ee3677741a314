/** A form that changes something by cookie. */
import { createContext, type JSX } from "preact";
import { useContext } from "preact/hooks";

/** `_app` provides it; in the browser, where scripts send requests that say where they come from, there is none. */
export const FormTokenContext = createContext("");

/** Holds the token of its session, for browsers that do not say where a form comes from. */
export function PostForm({ children, ...rest }: JSX.FormHTMLAttributes<HTMLFormElement>) {
  const token = useContext(FormTokenContext);
  return (
    <form method="post" {...rest}>
      {children}
      {/* last: in an island, which has no token, each element before it is found again by its place */}
      {token !== "" && <input type="hidden" name="form_token" value={token} />}
    </form>
  );
}
