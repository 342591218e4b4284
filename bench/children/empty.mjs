/** A process that does nothing: what Node itself takes. */
import { tell } from "./job.mjs";

tell(0, []);
