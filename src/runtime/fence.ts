/**
 * Kernels store into this array and nobody reads it. V8 sinks additions below later loads until registers run out;
 * a store makes it finish them first, which is worth a factor of three in register tiles.
 */
export const fence = new Int32Array(1);
