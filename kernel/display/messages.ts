/** A specification to draw. */
export interface DrawRequest {
  readonly id: number;
  readonly spec: object;
}

/** The drawing, or why there is none. */
export type DrawResponse =
  | { readonly id: number; readonly svg: string; readonly png: string; readonly width: number; readonly height: number }
  | { readonly id: number; readonly error: string };
