/** Password hashing for a socket isolate: the store isolate does it, so that its limits hold for the whole process. */
import type { Hashing } from "../../chat/sign_in/passwords.ts";
import { ChatError, received, sendable } from "../../base/errors.ts";
import { PendingRequests } from "./pending_requests.ts";
import type { PasswordAnswer, PasswordTask } from "./messages.ts";

/** Longer than 64 waiting hashes take on a slow machine. */
const ANSWER_MS = 60_000;

export class IsolatePasswords implements Hashing {
  readonly #calls = new PendingRequests<PasswordAnswer>(ANSWER_MS);
  readonly #send: (id: number, task: PasswordTask) => void;

  /** `send` sends a task to the store isolate. Its answer is passed to answered(). */
  constructor(send: (id: number, task: PasswordTask) => void) {
    this.#send = send;
  }

  answered(id: number, answer: PasswordAnswer): void {
    this.#calls.answered(id, answer);
  }

  async hash(password: string): Promise<string> {
    return String(await this.#ask({ type: "hash", password }));
  }

  async verify(password: string, stored: string | undefined): Promise<boolean> {
    return await this.#ask({ type: "verify", password, stored }) === true;
  }

  async renewed(password: string, stored: string): Promise<string> {
    return String(await this.#ask({ type: "renew", password, stored }));
  }

  async #ask(task: PasswordTask): Promise<string | boolean> {
    const answer = await this.#calls.ask((id) => this.#send(id, task));
    if (answer === undefined) {
      throw new ChatError("overloaded", "The server is too busy to check passwords. Try again soon.", {
        retryAfter: 3,
      });
    }
    if ("error" in answer) throw received(answer.error);
    return answer.value;
  }
}

/** Runs a task in the store isolate. Never rejects. */
export async function answerPassword(passwords: Hashing, task: PasswordTask): Promise<PasswordAnswer> {
  try {
    return { value: await computed(passwords, task) };
  } catch (error) {
    return { error: sendable(error) };
  }
}

function computed(passwords: Hashing, task: PasswordTask): Promise<string | boolean> {
  switch (task.type) {
    case "hash":
      return passwords.hash(task.password);
    case "verify":
      return passwords.verify(task.password, task.stored);
    case "renew":
      return passwords.renewed(task.password, task.stored);
  }
}
