/** Where a command writes. Commands take this instead of the process, so that tests run them in place. */
export interface Io {
  /** Writes text to standard output, as it is. */
  out(text: string): void;
  /** Writes text to standard error, as it is. */
  err(text: string): void;
  /** Whether standard output shows colours: a terminal, and no NO_COLOR. */
  readonly color: boolean;
  /** Starts a line on a terminal that says what is being done; absent where nobody watches. */
  readonly progressLine?: () => ProgressLine;
}

/** A line that comes and goes: it appears once the work has taken a second, and leaves nothing behind. */
export interface ProgressLine {
  show(what: string): void;
  /** Takes the line away; the terminal is free for output when this is done. */
  end(): Promise<void>;
}
