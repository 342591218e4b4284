/**
 * Files that a model names beside itself. The model says where, so what it says is hostile: a location must stay inside the model's
 * own folder whether the caller reads it as a path of POSIX or Windows or as a URL.
 */

/** URL schemes and drive letters, backslashes, and what URL parsers drop or trim before they look for dots. */
const foreign = /^[a-z][a-z0-9+.-]*:|\\|\p{Cc}|^\s|\s$/iu;
const upwards = /^(?:\.|%2e){2}$/i;

/** Whether `location` is a relative path with forward slashes and without `..`. */
export function isInsideFolder(location: string): boolean {
  if (location === "" || location.startsWith("/") || foreign.test(location)) return false;
  return !location.split("/").some((segment) => upwards.test(segment));
}

/** Gives the bytes of a file beside the model; throws or rejects where there is none. */
export type FilesBeside = (location: string) => Promise<Uint8Array> | Uint8Array;
