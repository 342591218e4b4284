/** The scalar functions every printer and interpreter knows. Elementwise ops are built from these. */

export type UnaryFunction =
  | "negate"
  | "absolute"
  | "sign"
  | "floor"
  | "ceil"
  /** Halves to even. */
  | "round_even"
  | "truncate"
  | "square_root"
  | "exponential"
  | "exponential_minus_one"
  | "logarithm"
  | "logarithm_of_one_plus"
  | "sine"
  | "cosine"
  | "tangent"
  | "arc_sine"
  | "arc_cosine"
  | "arc_tangent"
  | "hyperbolic_sine"
  | "hyperbolic_cosine"
  | "hyperbolic_tangent"
  | "inverse_hyperbolic_sine"
  | "inverse_hyperbolic_cosine"
  | "inverse_hyperbolic_tangent"
  | "error_function"
  | "is_nan"
  | "is_infinite"
  | "not"
  | "bitwise_not";

export type BinaryFunction =
  | "add"
  | "subtract"
  | "multiply"
  /** Integers: towards zero, and 0 where the divisor is 0. */
  | "divide"
  /** Sign of the divisor, as Python's %. */
  | "modulo"
  /** Sign of the dividend, as C's %. */
  | "remainder"
  | "power"
  | "arc_tangent_2"
  /** NaN if either is NaN. */
  | "maximum"
  | "minimum"
  | "and"
  | "or"
  | "xor"
  | "bitwise_and"
  | "bitwise_or"
  | "bitwise_xor"
  | "shift_left"
  | "shift_right";

export type CompareFunction = "equal" | "not_equal" | "less" | "less_equal" | "greater" | "greater_equal";
