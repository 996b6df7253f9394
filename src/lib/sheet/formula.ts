/** Character offsets in the text of the sheet, half open. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '^' | '<' | '<=' | '>' | '>=' | '==' | '!=';

/** A formula as a tree; every part knows where it stands in the sheet. */
export type Formula =
  | { readonly type: 'number'; readonly value: number; readonly span: Span }
  | { readonly type: 'string'; readonly value: string; readonly span: Span }
  | { readonly type: 'boolean'; readonly value: boolean; readonly span: Span }
  | { readonly type: 'list'; readonly items: readonly Formula[]; readonly span: Span }
  /** A cell by its name or by its first address. */
  | { readonly type: 'reference'; readonly name: string; readonly span: Span }
  | { readonly type: 'field'; readonly of: Formula; readonly name: string; readonly nameSpan: Span; readonly span: Span }
  | { readonly type: 'select'; readonly of: Formula; readonly selectors: readonly Argument[]; readonly span: Span }
  | { readonly type: 'negate'; readonly of: Formula; readonly span: Span }
  | { readonly type: 'binary'; readonly operator: BinaryOperator; readonly left: Formula; readonly right: Formula; readonly span: Span }
  | {
      readonly type: 'call';
      readonly name: string;
      readonly nameSpan: Span;
      readonly positional: readonly Formula[];
      readonly named: readonly Argument[];
      readonly span: Span;
    };

/** `name: value`. */
export interface Argument {
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: Formula;
}
