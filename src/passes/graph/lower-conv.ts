/** lower-conv: which convolutions are computed by Winograd's algorithm. */

/**
 * `off`: none. `f2`, `f4`: all that can be, tiles of two or four outputs per dimension. `auto`: where it is predicted to
 * pay, the largest tile whose error bound allows it.
 */
export type WinogradChoice = "off" | "f2" | "f4" | "auto";
