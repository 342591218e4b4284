/** Written from the Unicode categories, not from the table that escapes them: controls, formats, separators of lines, lone surrogates. */
export const terminalMarks = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?!\u00ad)[\p{Bidi_Control}]|[\u200b\u2060\ufeff]/u;
