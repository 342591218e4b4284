/** Errors of the command line and the files it reads and writes. */
import { entries } from "./entry.js";

export const commandErrors = entries({
  "command/usage": {
    title: "the command line cannot be understood",
    remedy: "see unstride --help, or unstride help <command>",
  },
  "command/option": {
    title: "an option has a value that cannot be read",
    remedy: "see unstride <command> --help for the form of each option",
  },
  "command/pass": {
    title: "there is no pass of that name",
    remedy: "use one of the names of the pipeline",
  },
  "command/file": {
    title: "a file cannot be read or written",
    remedy: "check the path and its permissions",
  },
  "command/tensor": {
    title: "a tensor file has another element type, shape or order than is wanted",
    remedy: "write it with numpy.save(path, np.ascontiguousarray(x, dtype))",
  },
  "command/suite": {
    title: "this benchmark is not part of the package",
    remedy: "it is run in a clone of the repository: npm ci, npm run build, npm run bench -- layers",
  },
  "command/peer": {
    title: "another runtime to measure beside is not installed",
    remedy: "install it in the folder you are in, or name another folder with --peers-from",
  },
  "command/node": {
    title: "the model has no such convolution",
    remedy: "use a name that unstride explain prints without --node",
  },
  "command/kernel": {
    title: "there is no kernel of this description",
    remedy: "see unstride kernel --help for the ops and what each needs",
  },
});
