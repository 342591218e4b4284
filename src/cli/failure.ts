/** A comparison that did not hold; what differs has been written. The command ends with exit code 1. */
export class CheckFailed extends Error {}
