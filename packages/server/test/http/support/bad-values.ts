/** Values as JSON text: some of them `JSON.stringify` could not write. */
export const BAD_NUMBERS = [
  '0', '-1', '-0', '0.1', '1.5', '1e-7', '1e21', '1e400', '9007199254740991', '9007199254740992',
  '9007199254740993', 'NaN', 'Infinity', '"5"', '"0x10"', '" 5 "', 'true', 'null', '[]', '[5]', '{}',
  '"9007199254740993"', '1000000000001',
] // prettier-ignore

const LONG = 'x'.repeat(100_000)

/** Texts that somebody has tried somewhere. */
export const STRANGE_TEXTS = [
  '', 'x', 'x'.repeat(128), 'x'.repeat(129), 'x'.repeat(256), 'x'.repeat(501), LONG, '__proto__',
  'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', '\u0000', 'a\u0000b', '\ud800',
  'a\udc00', '\ufffd', '\u00e9', 'e\u0301', '\u202eabc', '\u200b', '👨‍👩‍👧', 'İ', 'ı', 'trailing ', ' ',
  '.', '..', '%2F', '%00', '%2500', 'a\r\nb', 'a/b', 'SOCK', 'sock', "'; DROP TABLE events;--",
  '" OR 1=1', '$1', '%', '_', '\\', '${7*7}', '{{7*7}}', '<script>alert(1)</script>',
  '=HYPERLINK("http://evil")', "=cmd|' /C calc'!A0", '+1', '-1', '@SUM', '\tx', '\u007f', '\u0085',
] // prettier-ignore

export const NO_TEXTS = ['0', '1.5', 'true', 'null', '[]', '["x"]', '{}', '{"length":1}']

/** Whole bodies that are none. */
export const BAD_BODIES: readonly (string | Buffer)[] = [
  ' ', 'null', '5', '"text"', 'true', '[]', '{', '}', '{"a":1,}', '{}{}', '{} x', '// {}\n{}',
  '{"a":1 /* no */}', "{'a':1}", '{a:1}', '\ufeff{}', '[1,2', '{"__proto__":{"role":"admin"}}',
  '{"constructor":{"prototype":{"x":1}}}', '{"nobody":1}', '{"verb":"addStock"}', '{"actor":"ann"}',
  '{"seq":1}', '{"role":"admin"}', '['.repeat(64) + ']'.repeat(64),
  '{"a":'.repeat(33) + '1' + '}'.repeat(33), '['.repeat(100_000), `[${'0,'.repeat(1_000_000)}0]`,
  Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]), Buffer.from([0xff, 0xfe, 0x7b, 0x7d]),
] // prettier-ignore

/** Query texts where a whole number belongs. */
export const BAD_QUERY_NUMBERS = [
  '', '-1', '1.5', '1e3', ' 5', '5 ', '0x10', 'NaN', 'x', '9007199254740993', '01', '+5', '1,2', '[]',
] // prettier-ignore
