import { Failure } from '../failure.ts'

const TOKEN = /"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[^]*?\*\/|,(?=\s*[\]}])/g

/** Parses JSON with comments and trailing commas, as people write it. */
export function parseJsonc(text: string, path: string): unknown {
  // Some editors write a byte order mark.
  const written = text.replace(/^\uFEFF/, '')
  // Twice, because a comment may be between the comma and the bracket.
  const plain = stripped(stripped(written))
  try {
    return JSON.parse(plain)
  } catch (error) {
    throw new Failure(`${path} is not JSON with comments: ${(error as Error).message}`)
  }
}

/** Replaced by blanks, so that positions in messages stay right. */
function stripped(text: string): string {
  return text.replaceAll(TOKEN, (token) =>
    token.startsWith('"') ? token : token.replaceAll(/[^\n]/g, ' '),
  )
}
