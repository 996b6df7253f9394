import { styleTags, tags } from '@lezer/highlight';
import { parser } from './parser';

const styled = parser.configure({
  props: [
    styleTags({
      Number: tags.number,
      String: tags.string,
      Boolean: tags.bool,
      Comment: tags.lineComment,
      Address: tags.labelName,
      CellName: tags.definition(tags.variableName),
      Reference: tags.variableName,
      CallName: tags.function(tags.variableName),
      ArgumentName: tags.attributeName,
      AxisName: tags.attributeName,
      FieldName: tags.propertyName,
      Comparison: tags.compareOperator,
      '+ - "*" "/" ^': tags.arithmeticOperator,
      '=': tags.definitionOperator,
      '( )': tags.paren,
      '[ ]': tags.squareBracket,
      ', :': tags.separator,
      '.': tags.derefOperator,
    }),
  ],
});

/** Parser of a whole sheet, with highlighting and error recovery, for an editor. */
export const sheetLanguageParser = styled.configure({ top: 'Sheet' });

/** Parser of one formula, with highlighting and error recovery, for the formula bar. */
export const formulaLanguageParser = styled.configure({ top: 'Formula' });
