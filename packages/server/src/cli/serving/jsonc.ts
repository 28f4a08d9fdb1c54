import { Failure } from '../failure.ts'

const TOKEN = /"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[^]*?\*\/|,(?=\s*[\]}])/g

/** JSON with comments, and with a comma behind the last item; what a person edits. */
export function parseJsonc(text: string, path: string): unknown {
  // Some editors begin a file with a byte order mark.
  const written = text.replace(/^\uFEFF/, '')
  // Twice, because a comment may stand between the comma and the bracket.
  const plain = stripped(stripped(written))
  try {
    return JSON.parse(plain)
  } catch (error) {
    throw new Failure(`${path} is not JSON with comments: ${(error as Error).message}`)
  }
}

/** Blanked out rather than cut, so that positions in messages stay right. */
function stripped(text: string): string {
  return text.replaceAll(TOKEN, (token) =>
    token.startsWith('"') ? token : token.replaceAll(/[^\n]/g, ' '),
  )
}
