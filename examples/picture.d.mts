export const size: number;
export function pixelsOf(file: string): Float32Array;
export function normalised(pixels: Float32Array): Float32Array;
export function sideBySide(pixels: Float32Array, heat: ArrayLike<number>): Uint8Array;
