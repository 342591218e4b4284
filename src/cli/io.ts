/** Where a command writes. Commands take this instead of the process, so that tests run them in place. */
export interface Io {
  /** Writes text to standard output, as it is. */
  out(text: string): void;
  /** Writes text to standard error, as it is. */
  err(text: string): void;
  /** Whether standard output shows colours: a terminal, and no NO_COLOR. */
  readonly color: boolean;
  /** Whether standard error is a terminal that shows progress. */
  readonly terminal?: boolean;
}
