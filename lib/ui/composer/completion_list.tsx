import { Avatar } from "../parts/avatar.tsx";
import { useStrings } from "../strings/context.ts";
import type { Completion } from "./completion_state.ts";
import type { WritableText } from "./writable_text.ts";

interface CompletionListProps {
  id: string;
  completion: Completion;
  text: WritableText;
}

/**
 * The list of completions above the composer. The focus stays in the text box, which refers to the chosen option
 * (aria-activedescendant).
 */
export function CompletionList({ id, completion, text }: CompletionListProps) {
  const strings = useStrings();
  const label = completion.kind === "@" ? strings.people.title : strings.emoji.title;
  return (
    <div class="completion" id={id} role="listbox" aria-label={label}>
      {completion.choices.value.map((choice, index) => (
        <div
          key={choice.key}
          id={`${id}-${index}`}
          class="pick"
          role="option"
          aria-selected={index === completion.at.value}
          onPointerMove={() => completion.at.value = index}
          // Before the text box would lose the focus.
          onPointerDown={(event) => {
            event.preventDefault();
            completion.pick(choice, text);
          }}
        >
          {choice.user ? <Avatar user={choice.user} size="xs" /> : <span class="completion-emoji">{choice.emoji}</span>}
          <span>
            <bdi>{choice.label}</bdi>
            {choice.user && <small>@{choice.user.username}</small>}
          </span>
        </div>
      ))}
    </div>
  );
}
