/** Shows what a long command is doing, where a person watches. */
import yoctoSpinner from "yocto-spinner";
import type { Io } from "./io.js";

/** Runs `work`; what it reports shows once a second has passed. Nothing is shown where standard error is no terminal. */
export async function withProgress<Result>(
  io: Io,
  work: (report: (what: string) => void) => Promise<Result>,
): Promise<Result> {
  if (io.terminal !== true) return work(() => {});
  const spinner = yoctoSpinner();
  const timer = setTimeout(() => spinner.start(), 1000);
  try {
    return await work((what) => {
      spinner.text = what;
    });
  } finally {
    clearTimeout(timer);
    spinner.stop();
  }
}
