import { Avatar } from "../parts/avatar.tsx";
import type { Choice } from "./completion.ts";

interface CompletionListProps {
  id: string;
  label: string;
  choices: readonly Choice[];
  at: number;
  onHover: (index: number) => void;
  onPick: (choice: Choice) => void;
}

/** Above the composer; the focus stays in the text, which names the chosen option. */
export function CompletionList({ id, label, choices, at, onHover, onPick }: CompletionListProps) {
  return (
    <div class="completion" id={id} role="listbox" aria-label={label}>
      {choices.map((choice, index) => (
        <div
          key={choice.key}
          id={`${id}-${index}`}
          class="pick"
          role="option"
          aria-selected={index === at}
          onPointerMove={() => onHover(index)}
          // before the text loses the focus
          onPointerDown={(event) => {
            event.preventDefault();
            onPick(choice);
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
