/** A meeting as a recorder tells of it. What the recorder does not know, or not yet, is absent. */
export interface Meeting {
  readonly title?: string;
  /** ISO 8601 instants. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** Where people watch or read it. */
  readonly url?: string;
  /** Markdown, as the recorder writes it. */
  readonly summary?: string;
  readonly transcript?: readonly Speech[];
  readonly actionItems?: readonly ActionItem[];
  readonly participants?: readonly Participant[];
  /** Whose meeting it was. */
  readonly host?: Participant;
}

export interface Participant {
  readonly name?: string;
  /** As `normaliseEmail` writes it. */
  readonly email?: string;
  /** The recorder says that it is one of its own account. */
  readonly internal?: boolean;
}

export interface ActionItem {
  /** One line. */
  readonly text: string;
  /** Who is to do it, as far as the recorder says. */
  readonly assignee?: { readonly name?: string; readonly email?: string };
  /** A day, `2026-12-01`. */
  readonly dueOn?: string;
  readonly done?: boolean;
}

/** What one person said in a row. */
export interface Speech {
  readonly speaker?: string;
  readonly text: string;
}
