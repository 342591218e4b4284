/*
 * add_twice. Made by unstride 0.1.0; to change it, compile its source again.
 * source: none
 */

/**
 * y = x + w + w.
 * @param x f32[2,3], row-major: 6 elements, 24 bytes
 * @param y f32[2,3], row-major: 6 elements, 24 bytes
 */
export declare function add_twice(x: Float32Array, y?: Float32Array): Float32Array;
